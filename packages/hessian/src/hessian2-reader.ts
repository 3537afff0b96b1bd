import { double, HessianReader } from './reader.ts';
import { intBytes } from './skipper.ts';
import { TypedList, TypedMap } from './values.ts';

const MILLIS_OF_MINUTE = 60_000;

/** Reader of Hessian 2.0, as Dubbo writes it. */
export class Hessian2Reader extends HessianReader {
  protected get longTag(): number {
    return 0x59;
  }

  protected readTag(tag: number): unknown {
    if (tag < 0x20 || (tag >= 0x30 && tag < 0x34) || tag === 0x52 || tag === 0x53) return this.#string();
    if (tag < 0x38 || tag === 0x41 || tag === 0x42) return this.readBinary(0x41, true);
    if (tag >= 0x60 && tag < 0x70) {
      this.position++;
      return this.object(tag - 0x60);
    }
    const at = this.take(1);
    if (tag >= 0x70 && tag < 0x78) return this.#typedList(tag - 0x70);
    if (tag >= 0x78 && tag < 0x80) return this.#list(this.checkCount(tag - 0x78));
    switch (tag) {
      case 0x43:
        this.#define();
        return this.read();
      case 0x4f:
        return this.object(this.readInt());
      case 0x51:
        return this.reference(this.readInt());
      case 0x48: {
        const map = this.remember(new Map());
        this.pairsUntil(0x5a, map);
        return map;
      }
      case 0x4d: {
        const map = this.remember(new TypedMap(this.#type()));
        this.pairsUntil(0x5a, map.entries);
        return map;
      }
      case 0x55: {
        const list = this.remember(new TypedList(this.#type()));
        this.itemsUntil(0x5a, list.items);
        return list;
      }
      case 0x56:
        return this.#typedList(-1);
      case 0x57: {
        const list: unknown[] = this.remember([]);
        this.itemsUntil(0x5a, list);
        return list;
      }
      case 0x58:
        return this.#list(this.readCount());
      case 0x4a:
        return this.date(Number(this.bytes.readBigInt64BE(this.take(8))));
      case 0x4b:
        return this.date(this.bytes.readInt32BE(this.take(4)) * MILLIS_OF_MINUTE);
      case 0x5b:
        return double(0);
      case 0x5c:
        return double(1);
      case 0x5d:
        return double(this.bytes.readInt8(this.take(1)));
      case 0x5e:
        return double(this.bytes.readInt16BE(this.take(2)));
      case 0x5f:
        // Thousandths, computed as Java does.
        return double(0.001 * this.bytes.readInt32BE(this.take(4)));
      default:
        this.position = at;
        return this.fail(`0x${tag.toString(16)} begins no value`);
    }
  }

  #string(): string {
    return this.readString(0x52, 0x53, true);
  }

  #define(): void {
    const name = this.#string();
    this.define(name, this.readCount(), () => this.#string());
  }

  #type(): string {
    if (intBytes(this.peek()) >= 0) return this.typeOf(this.readInt());
    const type = this.#string();
    this.types.push(type);
    return type;
  }

  #list(count: number): unknown[] {
    const list: unknown[] = this.remember([]);
    this.items(list, count);
    return list;
  }

  /** `count` below 0: it follows the type. */
  #typedList(count: number): TypedList {
    const list = this.remember(new TypedList(this.#type()));
    this.items(list.items, count < 0 ? this.readCount() : this.checkCount(count));
    return list;
  }
}
