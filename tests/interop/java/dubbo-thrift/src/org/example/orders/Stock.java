package org.example.orders;

import java.util.ArrayList;
import java.util.List;
import org.apache.thrift.TBase;
import org.apache.thrift.TException;
import org.apache.thrift.TFieldIdEnum;
import org.apache.thrift.protocol.TField;
import org.apache.thrift.protocol.TList;
import org.apache.thrift.protocol.TProtocol;
import org.apache.thrift.protocol.TProtocolUtil;
import org.apache.thrift.protocol.TStruct;
import org.apache.thrift.protocol.TType;

/** What the compiler of Thrift makes of an IDL, as far as the codec of Dubbo uses it: for each method its arguments and its result. */
public class Stock {
    public interface Iface {
        String name(String id);

        int left(String id);

        List<String> names(String id);

        void count(String id);

        String sold(String id) throws SoldOut;
    }

    public static class SoldOut extends Exception {
        public SoldOut(String message) {
            super(message);
        }
    }

    /** A struct of fields by their numbers. */
    public abstract static class Fields implements TBase {
        /** Name of the field with that number, or null. */
        abstract String nameOf(int id);

        abstract void read(int id, byte type, TProtocol in) throws TException;

        void writeTo(TProtocol out) throws TException {}

        @Override
        public void read(TProtocol in) throws TException {
            in.readStructBegin();
            for (TField field = in.readFieldBegin(); field.type != TType.STOP; field = in.readFieldBegin()) {
                if (nameOf(field.id) == null) TProtocolUtil.skip(in, field.type);
                else read(field.id, field.type, in);
                in.readFieldEnd();
            }
            in.readStructEnd();
        }

        @Override
        public void write(TProtocol out) throws TException {
            out.writeStructBegin(new TStruct("fields"));
            writeTo(out);
            out.writeFieldStop();
            out.writeStructEnd();
        }

        @Override
        public TFieldIdEnum fieldForId(int id) {
            String name = nameOf(id);
            if (name == null) return null;
            return new TFieldIdEnum() {
                @Override
                public short getThriftFieldId() {
                    return (short) id;
                }

                @Override
                public String getFieldName() {
                    return name;
                }
            };
        }

        @Override
        public boolean isSet(TFieldIdEnum field) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Object getFieldValue(TFieldIdEnum field) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void setFieldValue(TFieldIdEnum field, Object value) {
            throw new UnsupportedOperationException();
        }

        @Override
        public TBase deepCopy() {
            return this;
        }

        @Override
        public void clear() {}

        @Override
        public int compareTo(Object other) {
            return 0;
        }
    }

    public abstract static class Arguments extends Fields {
        private String id;

        public void setId(String id) {
            this.id = id;
        }

        public String getId() {
            return id;
        }

        @Override
        String nameOf(int number) {
            return number == 1 ? "id" : null;
        }

        @Override
        void read(int number, byte type, TProtocol in) throws TException {
            id = in.readString();
        }

        @Override
        void writeTo(TProtocol out) throws TException {
            out.writeFieldBegin(new TField("id", TType.STRING, (short) 1));
            out.writeString(id);
            out.writeFieldEnd();
        }
    }

    public static class name_args extends Arguments {}

    public static class left_args extends Arguments {}

    public static class names_args extends Arguments {}

    public static class count_args extends Arguments {}

    public static class sold_args extends Arguments {}

    public static class name_result extends Fields {
        public String success;

        @Override
        String nameOf(int id) {
            return id == 0 ? "success" : null;
        }

        @Override
        void read(int id, byte type, TProtocol in) throws TException {
            success = in.readString();
        }
    }

    public static class left_result extends Fields {
        public int success;

        @Override
        String nameOf(int id) {
            return id == 0 ? "success" : null;
        }

        @Override
        void read(int id, byte type, TProtocol in) throws TException {
            success = in.readI32();
        }
    }

    public static class names_result extends Fields {
        public List<String> success;

        @Override
        String nameOf(int id) {
            return id == 0 ? "success" : null;
        }

        @Override
        void read(int id, byte type, TProtocol in) throws TException {
            TList list = in.readListBegin();
            success = new ArrayList<>();
            for (int i = 0; i < list.size; i++) success.add(in.readString());
            in.readListEnd();
        }
    }

    public static class count_result extends Fields {
        @Override
        String nameOf(int id) {
            return null;
        }

        @Override
        void read(int id, byte type, TProtocol in) {}
    }

    public static class sold_result extends Fields {
        public String success;
        public SoldOut out;

        @Override
        String nameOf(int id) {
            return id == 0 ? "success" : id == 1 ? "out" : null;
        }

        @Override
        void read(int id, byte type, TProtocol in) throws TException {
            if (id == 0) {
                success = in.readString();
                return;
            }
            in.readStructBegin();
            for (TField field = in.readFieldBegin(); field.type != TType.STOP; field = in.readFieldBegin()) {
                out = new SoldOut(in.readString());
                in.readFieldEnd();
            }
            in.readStructEnd();
        }
    }
}
