/** Events that wait while something older than them is fetched, so that it does not take their place. */
export class Arrivals {
  /** @type {(() => void)[] | undefined} */
  #held;

  /** Lets an event happen: now, or after what is being fetched. @param {() => void} event */
  hear(event) {
    if (this.#held) this.#held.push(event);
    else event();
  }

  /** Holds events until the work is done. @param {() => Promise<void>} work */
  async after(work) {
    /** @type {(() => void)[]} */
    const held = [];
    this.#held = held;
    try {
      await work();
    } finally {
      // What began later fetches newer things, and holds what happens by now.
      if (this.#held === held) {
        this.#held = undefined;
        for (const event of held) event();
      }
    }
  }
}
