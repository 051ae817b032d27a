/** Why a data folder cannot be opened, as an error that says what to do. */

export type DataFolderCode =
  | 'folder_in_use'
  | 'folder_foreign'
  | 'folder_newer'
  | 'folder_older'
  | 'folder_unwritable';

export class DataFolderError extends Error {
  override readonly name = 'DataFolderError';
  readonly code: DataFolderCode;

  constructor(code: DataFolderCode, message: string, cause?: unknown) {
    super(message, { cause });
    this.code = code;
  }
}
