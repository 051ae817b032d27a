/**
 * A JSON number by the text it was written with. A parser hands these out where the text carries more than a
 * double can hold (`10000000000000000001` reads as 1e19), so that the rules judge what was written.
 */
export class WrittenNumber {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}
