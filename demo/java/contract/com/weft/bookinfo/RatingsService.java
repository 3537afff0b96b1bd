package com.weft.bookinfo;

import java.util.Map;

/** Asked over SOFARPC. */
public interface RatingsService {
    /** {@code id}, and {@code ratings}: stars by reviewer. */
    Map<String, Object> getRatings(int bookId);
}
