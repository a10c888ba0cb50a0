#include "tests/data/http_server.h"

#include <arpa/inet.h>
#include <poll.h>
#include <sstream>
#include <stdexcept>
#include <sys/socket.h>
#include <unistd.h>

#include <fmt/format.h>

HttpServer::HttpServer(std::function<Answer(const Request&)> answer)
    : answer_(std::move(answer)), socket_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address);
    if (bind(socket_, reinterpret_cast<sockaddr*>(&address), size) != 0 || listen(socket_, 8) != 0)
        throw std::runtime_error("cannot listen");
    getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { serve(); });
}

HttpServer::~HttpServer() {
    closing_ = true;
    thread_.join();
    close(socket_);
}

std::string HttpServer::url() const {
    return fmt::format("http://127.0.0.1:{}/", port_);
}

std::vector<HttpServer::Request> HttpServer::requests() const {
    const std::lock_guard lock(mutex_);
    return requests_;
}

void HttpServer::serve() {
    while (!closing_) {
        pollfd waiting{.fd = socket_, .events = POLLIN, .revents = 0};
        if (poll(&waiting, 1, 20) <= 0) continue;
        const int connection = accept4(socket_, nullptr, nullptr, SOCK_CLOEXEC);
        if (connection < 0) continue;
        reply(connection);
        close(connection);
    }
}

void HttpServer::reply(int connection) {
    std::string text;
    char buffer[4096];
    while (text.find("\r\n\r\n") == std::string::npos) {
        const ssize_t count = recv(connection, buffer, sizeof(buffer), 0);
        if (count <= 0) return;
        text.append(buffer, static_cast<size_t>(count));
    }
    Request request;
    std::string verb;
    std::istringstream(text) >> verb >> request.path;
    if (const size_t at = text.find("Range: bytes="); at != std::string::npos) request.from = std::stoll(text.substr(at + 13));
    {
        const std::lock_guard lock(mutex_);
        requests_.push_back(request);
    }
    const Answer answer = answer_(request);
    const auto all = static_cast<int64_t>(answer.body.size());
    const bool partial = answer.ranges && request.from > 0 && answer.status == 200;
    const int64_t from = partial ? std::min(request.from, all) : 0;
    const int status = partial ? (request.from >= all ? 416 : 206) : answer.status;
    std::string head =
        fmt::format("HTTP/1.1 {} X\r\nContent-Length: {}\r\nConnection: close\r\n{}", status, all - from, answer.header);
    if (status == 206) head += fmt::format("Content-Range: bytes {}-{}/{}\r\n", from, all - 1, all);
    std::string content = answer.body.substr(static_cast<size_t>(from));
    if (answer.cutAfter >= 0) content.resize(std::min(content.size(), static_cast<size_t>(answer.cutAfter)));
    const std::string whole = head + "\r\n" + content;
    for (size_t sent = 0; sent < whole.size();) {
        const ssize_t count = send(connection, whole.data() + sent, whole.size() - sent, MSG_NOSIGNAL);
        if (count <= 0) return;
        sent += static_cast<size_t>(count);
    }
}
