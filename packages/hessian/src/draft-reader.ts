import { double, HessianReader } from './reader.ts';
import { TypedList, TypedMap } from './values.ts';

/** Reader of the draft of Hessian 2 that SOFA has kept. */
export class DraftReader extends HessianReader {
  protected get longTag(): number {
    return 0x77;
  }

  protected readTag(tag: number): unknown {
    if (tag < 0x20 || tag === 0x53 || tag === 0x73) return this.#string();
    if (tag < 0x30 || tag === 0x42 || tag === 0x62) return this.readBinary(0x62, false);
    const { bytes } = this;
    const at = this.take(1);
    switch (tag) {
      case 0x4f: {
        const name = this.units(this.readCount());
        this.define(name, this.readCount(), () => this.#string());
        return this.read();
      }
      case 0x6f:
        return this.object(this.readInt());
      case 0x4a:
        return this.reference(bytes[this.take(1)] as number);
      case 0x4b:
        return this.reference(bytes.readUInt16BE(this.take(2)));
      case 0x52:
        return this.reference(bytes.readInt32BE(this.take(4)));
      case 0x4d: {
        const type = this.#type();
        if (type === '') {
          const map = this.remember(new Map());
          this.pairsUntil(0x7a, map);
          return map;
        }
        const map = this.remember(new TypedMap(type));
        this.pairsUntil(0x7a, map.entries);
        return map;
      }
      case 0x56: {
        const type = this.#type();
        if (this.peek() === 0x6e) this.take(2);
        else if (this.peek() === 0x6c) this.take(5);
        const list = this.remember(type === '' ? [] : new TypedList(type));
        this.itemsUntil(0x7a, list instanceof TypedList ? list.items : list);
        return list;
      }
      case 0x76: {
        const list = this.remember(new TypedList(this.typeOf(this.readInt())));
        this.items(list.items, this.readCount());
        return list;
      }
      case 0x64:
        return this.date(Number(bytes.readBigInt64BE(this.take(8))));
      case 0x67:
        return double(0);
      case 0x68:
        return double(1);
      case 0x69:
        return double(bytes.readInt8(this.take(1)));
      case 0x6a:
        return double(bytes.readInt16BE(this.take(2)));
      case 0x6b:
        return double(bytes.readFloatBE(this.take(4)));
      default:
        this.position = at;
        return this.fail(`0x${tag.toString(16)} begins no value`);
    }
  }

  #string(): string {
    return this.readString(0x73, 0x53, false);
  }

  #type(): string {
    const tag = this.peek();
    if (tag === 0x75) {
      this.position++;
      return this.typeOf(this.readInt());
    }
    if (tag !== 0x74) return '';
    const type = this.units(this.bytes.readUInt16BE(this.take(3) + 1));
    this.types.push(type);
    return type;
  }
}
