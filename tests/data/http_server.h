#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

/// A tiny HTTP server on a free local port, one request a connection.
class HttpServer {
public:
    struct Request {
        std::string path;
        int64_t from = 0;  ///< of its Range header; 0 where it has none
    };
    struct Answer {
        int status = 200;
        std::string body = {};
        bool ranges = true;       ///< false: the Range header is ignored
        int64_t cutAfter = -1;    ///< bytes of the body after which the connection breaks; -1: never
        std::string header = {};  ///< further lines
    };

    explicit HttpServer(std::function<Answer(const Request&)> answer);
    ~HttpServer();

    std::string url() const;  ///< with a slash behind
    std::vector<Request> requests() const;

private:
    void serve();
    void reply(int connection);

    std::function<Answer(const Request&)> answer_;
    int socket_;
    int port_ = 0;
    std::atomic<bool> closing_ = false;
    mutable std::mutex mutex_;
    std::vector<Request> requests_;
    std::thread thread_;
};
