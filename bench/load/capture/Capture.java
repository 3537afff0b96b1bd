import java.io.InputStream;
import java.io.OutputStream;
import java.io.Serializable;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.dubbo.config.ApplicationConfig;
import org.apache.dubbo.config.ProtocolConfig;
import org.apache.dubbo.config.ReferenceConfig;
import org.apache.dubbo.config.RegistryConfig;
import org.apache.dubbo.config.ServiceConfig;
import org.apache.dubbo.config.bootstrap.DubboBootstrap;

/**
 * Prints one call of Dubbo on the wire: `request HEX`, `response HEX`. Consumer and provider are Dubbo's own, with a relay between
 * them that only writes down what passes. See dubbo-frames.ts for how to run it.
 */
public class Capture {
  public record Hit(int size, String hex) {}

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

  static void copy(InputStream from, OutputStream to, List<byte[]> seen) {
    try {
      byte[] bytes = new byte[65536];
      for (int count = from.read(bytes); count >= 0; count = from.read(bytes)) {
        byte[] part = java.util.Arrays.copyOf(bytes, count);
        synchronized (seen) {
          seen.add(part);
        }
        to.write(part);
        to.flush();
      }
    } catch (Exception closed) {
      // The end of the connection.
    }
  }

  static String lastCall(List<byte[]> seen) {
    java.io.ByteArrayOutputStream all = new java.io.ByteArrayOutputStream();
    synchronized (seen) {
      for (byte[] part : seen) all.writeBytes(part);
    }
    byte[] bytes = all.toByteArray();
    String last = "";
    for (int at = 0; at + 16 <= bytes.length; ) {
      int size = 16 + java.nio.ByteBuffer.wrap(bytes, at + 12, 4).getInt();
      // Not an event.
      if ((bytes[at + 2] & 0x20) == 0) last = HexFormat.of().formatHex(bytes, at, at + size);
      at += size;
    }
    return last;
  }

  public static void main(String[] arguments) throws Exception {
    int port = 20990;
    ServerSocket relay = new ServerSocket(0);
    List<byte[]> up = new ArrayList<>();
    List<byte[]> down = new ArrayList<>();
    Thread accept = new Thread(() -> {
      try {
        while (true) {
          Socket caller = relay.accept();
          Socket host = new Socket("127.0.0.1", port);
          new Thread(() -> { try { copy(caller.getInputStream(), host.getOutputStream(), up); } catch (Exception e) { } }).start();
          new Thread(() -> { try { copy(host.getInputStream(), caller.getOutputStream(), down); } catch (Exception e) { } }).start();
        }
      } catch (Exception closed) {
        // The end of the program.
      }
    });
    accept.setDaemon(true);
    accept.start();
    ServiceConfig<OrderFacade> service = new ServiceConfig<>();
    service.setInterface(OrderFacade.class);
    service.setRef(new Facade());
    service.setVersion("1.0");
    service.setGroup("shop");
    ReferenceConfig<OrderFacade> reference = new ReferenceConfig<>();
    reference.setInterface(OrderFacade.class);
    reference.setUrl("dubbo://127.0.0.1:" + relay.getLocalPort() + "?serialization=hessian2&prefer.serialization=hessian2");
    reference.setVersion("1.0");
    reference.setGroup("shop");
    reference.setTimeout(3000);
    reference.setScope("remote");
    ProtocolConfig protocol = new ProtocolConfig("dubbo", port);
    protocol.setSerialization("hessian2");
    ApplicationConfig application = new ApplicationConfig("shop-web");
    application.setQosEnable(false);
    DubboBootstrap.getInstance().application(application).registry(new RegistryConfig("N/A")).protocol(protocol).service(service).reference(reference).start();
    OrderFacade facade = reference.get();
    for (int i = 0; i < 3; i++) facade.findOrder(order(4711, 4, 400), "eu-central", true);
    System.out.println("request " + lastCall(up));
    System.out.println("response " + lastCall(down));
    System.exit(0);
  }
}
