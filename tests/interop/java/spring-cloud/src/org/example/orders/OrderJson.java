package org.example.orders;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.JsonBackReference;
import com.fasterxml.jackson.annotation.JsonManagedReference;
import java.util.List;
import org.springframework.boot.autoconfigure.jackson.Jackson2ObjectMapperBuilderCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** How an order is written in JSON: by its fields, a part without the whole that it belongs to. */
@Configuration
public class OrderJson {
    @JsonAutoDetect(fieldVisibility = JsonAutoDetect.Visibility.ANY)
    abstract static class Fields {
        @JsonManagedReference
        List<Order> parts;
        @JsonBackReference
        Order parent;
    }

    @Bean
    Jackson2ObjectMapperBuilderCustomizer orders() {
        return builder -> builder.mixIn(Order.class, Fields.class);
    }
}
