package org.example.orders;

import feign.FeignException;
import feign.Request;
import feign.Response;
import feign.Util;
import feign.codec.ErrorDecoder;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.cloud.client.DefaultServiceInstance;
import org.springframework.cloud.client.discovery.simple.SimpleDiscoveryProperties;
import org.springframework.cloud.openfeign.EnableFeignClients;
import org.springframework.cloud.openfeign.FeignClientBuilder;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.FilterType;

/** Calls providers with OpenFeign through the load balancer, which finds them with the simple discovery client. */
@SpringBootApplication
@EnableFeignClients
@ComponentScan(excludeFilters = @ComponentScan.Filter(type = FilterType.ASSIGNABLE_TYPE, classes = Provider.class))
public class Consumer {
    @Bean
    ErrorDecoder errors() {
        ErrorDecoder others = new ErrorDecoder.Default();
        return (method, response) ->
            response.headers().containsKey("x-left") ? soldOut(response) : others.decode(method, response);
    }

    @Bean
    Request.Options options() {
        return new Request.Options(2, TimeUnit.SECONDS, 20, TimeUnit.SECONDS, true);
    }

    private static Exception soldOut(Response response) {
        try {
            int left = Integer.parseInt(response.headers().get("x-left").iterator().next());
            return new OutOfStockException(Util.toString(response.body().asReader(Util.UTF_8)), left);
        } catch (IOException e) {
            return e;
        }
    }

    public static void main(String[] arguments) throws Exception {
        ApplicationContext context = new SpringApplicationBuilder(Consumer.class)
            .web(WebApplicationType.NONE)
            .properties("spring.application.name=shop", "spring.main.banner-mode=off", "logging.level.root=warn")
            .run();
        Caller.serve(port -> new OverHttp(context, port));
    }

    static class OverHttp extends Caller implements OrderService {
        private final OrdersApi api;
        private final OrdersApi hasty;

        OverHttp(ApplicationContext context, String port) {
            String name = "orders-" + port.replaceAll("\\W", "-");
            DefaultServiceInstance instance = new DefaultServiceInstance();
            instance.setServiceId(name);
            // Any other name than that of this machine goes to the HTTP proxy of the JVM, where it has one.
            instance.setUri(URI.create("http://" + (port.contains(".") ? port : "127.0.0.1:" + port)));
            context.getBean(SimpleDiscoveryProperties.class).getInstances().put(name, List.of(instance));
            api = new FeignClientBuilder(context).forType(OrdersApi.class, name).build();
            hasty = new FeignClientBuilder(context)
                .forType(OrdersApi.class, name)
                .customize(builder -> builder.options(new Request.Options(2, TimeUnit.SECONDS, 1, TimeUnit.SECONDS, true)))
                .build();
        }

        protected OrderService orders() {
            return this;
        }

        protected String describe(Throwable error) {
            if (!(error instanceof FeignException)) return null;
            Throwable cause = error.getCause();
            // An answer that says when to come back is one to repeat; what it was is the cause.
            FeignException answer = (FeignException) (cause instanceof FeignException ? cause : error);
            return error.getClass().getName().replaceAll(".*[.$]", "") + " status=" + answer.status() + " cause="
                + (cause == null ? "none" : cause.getClass().getSimpleName()) + " reject="
                + String.join(",", answer.responseHeaders().getOrDefault("x-weft-reject", List.of("none"))) + " "
                + error.getMessage();
        }

        protected Object special(String[] words) throws Throwable {
            switch (words[0]) {
                case "linger":
                    return api.slow(Integer.parseInt(words[1]));
                case "told":
                    return api.attachment(words[1], told(words));
                case "together": {
                    ExecutorService threads = Executors.newFixedThreadPool(16);
                    List<Future<Boolean>> all = new ArrayList<>();
                    for (int i = 0; i < 200; i++) {
                        String text = "n" + i;
                        all.add(threads.submit(() -> text.equals(api.echo(text))));
                    }
                    int right = 0;
                    for (Future<Boolean> one : all) if (one.get()) right++;
                    threads.shutdown();
                    return right;
                }
                default:
                    throw new IllegalArgumentException(words[0]);
            }
        }

        public String echo(String text) {
            return api.echo(text);
        }

        public int plus(int a, int b) {
            return api.plus(a, b);
        }

        public Order confirm(Order order) {
            return api.confirm(order);
        }

        public Map<String, List<Order>> group(List<Order> orders) {
            return api.group(orders);
        }

        public int size(String text) {
            return api.size(text);
        }

        public String large(int length) {
            return api.large(length);
        }

        public String fail(String message) throws OutOfStockException {
            return api.fail(message);
        }

        public String slow(int millis) {
            return hasty.slow(millis);
        }

        public void fire(String text) {
            throw new UnsupportedOperationException("HTTP has no calls without an answer");
        }

        public int fired(int expected) {
            throw new UnsupportedOperationException("HTTP has no calls without an answer");
        }

        public String attachment(String name) {
            return api.attachment(name, Map.of());
        }
    }
}
