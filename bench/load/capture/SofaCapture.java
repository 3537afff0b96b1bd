import com.alipay.sofa.rpc.config.ApplicationConfig;
import com.alipay.sofa.rpc.config.ConsumerConfig;
import com.alipay.sofa.rpc.config.ProviderConfig;
import com.alipay.sofa.rpc.config.ServerConfig;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Prints one call of SOFARPC on the wire: `request HEX`, `response HEX`. Consumer and provider are SOFARPC's own, with a relay
 * between them that only writes down what passes. See bolt-frames.ts for how to run it.
 */
public class SofaCapture {
  // The names of these classes are in the recorded bytes: they stand here and not in a file of their own.
  public static class Item implements Serializable {
    public String sku;
    public int quantity;
    public double price;

    public Item() {}

    Item(String sku, int quantity, double price) {
      this.sku = sku;
      this.quantity = quantity;
      this.price = price;
    }
  }

  public static class Order implements Serializable {
    public long id;
    public String customer;
    public List<Item> items = new ArrayList<>();
    public Map<String, String> labels = new LinkedHashMap<>();
    public String note;
  }

  public interface OrderFacade {
    Order findOrder(Order example, String region, boolean detailed);
  }

  static Order order(long id, int items, int noteLength) {
    Order order = new Order();
    order.id = id;
    order.customer = "customer-" + id;
    for (int i = 0; i < items; i++) order.items.add(new Item("sku-" + (1000 + i), i + 1, 9.75 + i));
    order.labels.put("channel", "web");
    order.labels.put("campaign", "autumn");
    order.note = "abcdefghijklmnopqrstuvwxyz".repeat(100).substring(0, noteLength);
    return order;
  }

  static class Facade implements OrderFacade {
    public Order findOrder(Order example, String region, boolean detailed) {
      return order(example.id, 8, 600);
    }
  }

  /** The last frame of Bolt 1 with an order in it; heartbeats have none. */
  static String lastCall(byte[] bytes) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    String last = "";
    for (int at = 0; at + 20 <= bytes.length; ) {
      int fixed = bytes[at + 1] == 0 ? 20 : 22;
      int lengths = at + fixed - 8;
      int size = fixed + (buffer.getShort(lengths) & 0xffff) + (buffer.getShort(lengths + 2) & 0xffff) + buffer.getInt(lengths + 4);
      if (buffer.getShort(at + 2) != 0) last = HexFormat.of().formatHex(Arrays.copyOfRange(bytes, at, at + size));
      at += size;
    }
    return last;
  }

  public static void main(String[] arguments) throws Exception {
    int port = 20991;
    Relay relay = new Relay(port);
    new ProviderConfig<OrderFacade>()
        .setApplication(new ApplicationConfig().setAppName("shop-server"))
        .setInterfaceId(OrderFacade.class.getName())
        .setRef(new Facade())
        .setServer(new ServerConfig().setProtocol("bolt").setBoundHost("127.0.0.1").setPort(port).setDaemon(true))
        .setRegister(false)
        .export();
    OrderFacade facade =
        new ConsumerConfig<OrderFacade>()
            .setApplication(new ApplicationConfig().setAppName("shop-web"))
            .setInterfaceId(OrderFacade.class.getName())
            .setProtocol("bolt")
            .setDirectUrl("bolt://127.0.0.1:" + relay.port())
            .setTimeout(3000)
            .setRegister(false)
            .refer();
    for (int i = 0; i < 3; i++) facade.findOrder(order(4711, 4, 400), "eu-central", true);
    System.out.println("request " + lastCall(relay.requests()));
    System.out.println("response " + lastCall(relay.responses()));
    System.exit(0);
  }
}
