/** Keeps the process alive while a call waits for something that would not: unref'd timers and sockets. */
export class KeepAlive {
  #held = 0;
  #timer: ReturnType<typeof setInterval> | null = null;

  /** Until what it returns is called (once). */
  hold(): () => void {
    this.#held += 1;
    this.#timer ??= setInterval(() => {}, 2 ** 30);
    let released = false;
    return () => {
      if (released) return;
      released = true;
      this.#held -= 1;
      if (this.#held > 0 || this.#timer === null) return;
      clearInterval(this.#timer);
      this.#timer = null;
    };
  }
}
