import type { CongestionController, DeliverySample } from "@mnet/tcp";

/** Scalable TCP (T. Kelly, 2003): a hundredth of what is delivered more, an eighth less for a loss. */
export class Scalable implements CongestionController {
  readonly name = "scalable";
  window = 0;
  threshold: number = Number.POSITIVE_INFINITY;
  #segment = 0;
  #initialWindow = 0;
  #before = { window: 0, threshold: 0 };

  start(segment: number, initialWindow: number): void {
    this.#segment = segment;
    this.#initialWindow = initialWindow;
    this.window = initialWindow;
  }

  segmentChanged(segment: number): void {
    this.#segment = segment;
    this.window = Math.max(segment, this.window);
  }

  delivered({ octets, windowLimited }: DeliverySample): void {
    if (!windowLimited) return;
    this.window += this.window < this.threshold ? octets : Math.ceil(octets / 100);
  }

  congested(_kind: "loss" | "ecn", inFlight: number): void {
    this.#before = { window: this.window, threshold: this.threshold };
    this.threshold = Math.max(2 * this.#segment, Math.floor((inFlight * 7) / 8));
    this.window = this.threshold;
  }

  recovered(): void {
    this.window = this.threshold;
  }

  timedOut(inFlight: number, again: boolean): void {
    if (!again) this.congested("loss", inFlight);
    this.window = this.#segment;
  }

  undo(): void {
    this.window = Math.max(this.window, this.#before.window);
    this.threshold = Math.max(this.threshold, this.#before.threshold);
  }

  restarted(): void {
    this.window = Math.min(this.window, this.#initialWindow);
  }
}
