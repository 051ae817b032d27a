/** The media type of a Content-Type header, without its parameters; a charset other than UTF-8 makes it unknown. */
export function mediaTypeOf(contentType: string | undefined): string {
  if (contentType === undefined) return '';
  const [type = '', ...parameters] = contentType.split(';');
  const charset = parameters
    .map((parameter) => /^\s*charset\s*=\s*"?([^"\s]*)"?\s*$/i.exec(parameter)?.[1])
    .find(Boolean);
  if (charset !== undefined && !/^utf-?8$/i.test(charset)) return '';
  return type.trim().toLowerCase();
}
