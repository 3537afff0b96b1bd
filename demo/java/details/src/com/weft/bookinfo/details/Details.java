package com.weft.bookinfo.details;

import com.weft.bookinfo.Environment;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.cloud.openfeign.EnableFeignClients;
import org.springframework.cloud.openfeign.FeignClient;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/**
 * details: facts about a book. Spring Cloud, HTTP/1.1; asks reviews with OpenFeign how many reviewers there are. PORT is where
 * it listens, REVIEWS_URI where reviews is.
 */
@SpringBootApplication
@EnableFeignClients(clients = Details.Reviews.class)
@RestController
public class Details {
    @FeignClient("reviews")
    public interface Reviews {
        @GetMapping("/reviews/{id}")
        Answer of(@PathVariable("id") int id);
    }

    public record Answer(List<Map<String, Object>> reviews) {}

    private final Reviews reviews;

    Details(Reviews reviews) {
        this.reviews = reviews;
    }

    public static void main(String[] arguments) {
        new SpringApplicationBuilder(Details.class)
            .properties(
                "server.address=127.0.0.1",
                "server.port=" + Environment.port("PORT"),
                "server.tomcat.threads.max=20",
                "spring.application.name=details",
                "spring.main.banner-mode=off",
                "logging.level.root=warn",
                "spring.cloud.discovery.client.simple.instances.reviews[0].uri=" + Environment.text("REVIEWS_URI"),
                "spring.cloud.openfeign.client.config.default.connect-timeout=500",
                "spring.cloud.openfeign.client.config.default.read-timeout=2500")
            .run();
    }

    @GetMapping("/details/{id}")
    ResponseEntity<Map<String, Object>> details(@PathVariable("id") String text) {
        if (!text.matches("\\d{1,9}"))
            return ResponseEntity.badRequest().body(Map.of("error", "no book has the number " + text));
        int id = Integer.parseInt(text);
        Map<String, Object> book = new LinkedHashMap<>();
        book.put("id", id);
        book.put("title", "The Comedy of Errors");
        book.put("author", "William Shakespeare");
        book.put("year", 1595);
        book.put("type", "paperback");
        book.put("pages", 200);
        book.put("publisher", "PublisherA");
        book.put("language", "English");
        book.put("ISBN-10", "1234567890");
        book.put("ISBN-13", "123-1234567890");
        try {
            book.put("reviewers", reviews.of(id).reviews().size());
        } catch (RuntimeException e) {
            // Facts without this one are better than none.
            book.put("reviewersError", String.valueOf(e.getMessage()));
        }
        return ResponseEntity.ok(book);
    }

    @GetMapping("/health")
    Map<String, String> health() {
        return Map.of("status", "details is healthy");
    }
}
