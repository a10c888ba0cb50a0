#include "tests/knowledge/closed_forms.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace gaplab {
namespace {

using Row = std::vector<double>;
using Labels = std::vector<int64_t>;

Row softmax(const Row& z, double temperature = 1) {
    const double most = *std::ranges::max_element(z);
    Row p;
    for (const double value : z)
        p.push_back(std::exp((value - most) / temperature));
    const double sum = std::accumulate(p.begin(), p.end(), 0.0);
    for (double& value : p)
        value /= sum;
    return p;
}

double kl(const Row& p, const Row& q) {
    double sum = 0;
    for (size_t c = 0; c < p.size(); ++c)
        sum += p[c] * std::log(p[c] / q[c]);
    return sum;
}

double crossEntropy(const Row& p, const Row& q) {
    double sum = 0;
    for (size_t c = 0; c < p.size(); ++c)
        sum -= p[c] * std::log(q[c]);
    return sum;
}

Row without(const Row& z, int64_t label) {
    Row rest = z;
    rest.erase(rest.begin() + label);
    return rest;
}

template <class Cost>
double meanOver(const Matrix& t, Cost cost) {
    double sum = 0;
    for (size_t b = 0; b < t.size(); ++b)
        sum += cost(b);
    return sum / static_cast<double>(t.size());
}

double kd(const Matrix& t, const Matrix& s, const Labels&, const Json& parameters) {
    const double T = parameters.value("temperature", 4.0);
    return meanOver(t, [&](size_t b) { return T * T * kl(softmax(t[b], T), softmax(s[b], T)); });
}

double dkd(const Matrix& t, const Matrix& s, const Labels& y, const Json& parameters) {
    const double T = parameters.value("temperature", 4.0), alpha = parameters.value("alpha", 1.0);
    const double beta = parameters.value("beta", 8.0);
    return meanOver(t, [&](size_t b) {
        const double p = softmax(t[b], T)[static_cast<size_t>(y[b])], q = softmax(s[b], T)[static_cast<size_t>(y[b])];
        const double target = kl({p, 1 - p}, {q, 1 - q});
        return T * T * (alpha * target + beta * kl(softmax(without(t[b], y[b]), T), softmax(without(s[b], y[b]), T)));
    });
}

double nkd(const Matrix& t, const Matrix& s, const Labels& y, const Json& parameters) {
    const double T = parameters.value("temperature", 1.0), gamma = parameters.value("gamma", 1.5);
    return meanOver(t, [&](size_t b) {
        const auto label = static_cast<size_t>(y[b]);
        const Row p = softmax(without(t[b], y[b]), T), q = softmax(without(s[b], y[b]), T);
        return -softmax(t[b])[label] * std::log(softmax(s[b])[label]) + gamma * T * T * crossEntropy(p, q);
    });
}

double smoothedCe(const Matrix& t, const Matrix& s, const Labels&, const Json& parameters) {
    const double e = parameters.value("smoothing", 0.1);
    return meanOver(t, [&](size_t b) {
        Row target = softmax(t[b]);
        for (double& p : target)
            p = (1 - e) * p + e / static_cast<double>(target.size());
        return crossEntropy(target, softmax(s[b]));
    });
}

double mse(const Matrix& t, const Matrix& s, const Labels&, const Json&) {
    return meanOver(t, [&](size_t b) {
        double sum = 0;
        for (size_t c = 0; c < t[b].size(); ++c)
            sum += (s[b][c] - t[b][c]) * (s[b][c] - t[b][c]);
        return sum;
    });
}

/// By sums of products, not by centred vectors; 0 where one of them does not vary.
double pearson(const Row& x, const Row& y) {
    const auto n = static_cast<double>(x.size());
    double sx = 0, sy = 0, sxx = 0, syy = 0, sxy = 0;
    for (size_t i = 0; i < x.size(); ++i) {
        sx += x[i], sy += y[i];
        sxx += x[i] * x[i], syy += y[i] * y[i], sxy += x[i] * y[i];
    }
    const double product = (sxx - sx * sx / n) * (syy - sy * sy / n);
    return product > 1e-20 ? (sxy - sx * sy / n) / std::sqrt(product) : 0;
}

double dist(const Matrix& t, const Matrix& s, const Labels&, const Json& parameters) {
    const double T = parameters.value("temperature", 4.0);
    const double beta = parameters.value("beta", 1.0), gamma = parameters.value("gamma", 1.0);
    Matrix p, q;
    for (size_t b = 0; b < t.size(); ++b) {
        p.push_back(softmax(t[b], T));
        q.push_back(softmax(s[b], T));
    }
    double between = 0, within = 0;
    for (size_t b = 0; b < p.size(); ++b)
        between += (1 - pearson(p[b], q[b])) / static_cast<double>(p.size());
    for (size_t c = 0; c < p[0].size(); ++c) {
        Row x, y;
        for (size_t b = 0; b < p.size(); ++b)
            x.push_back(p[b][c]), y.push_back(q[b][c]);
        within += (1 - pearson(x, y)) / static_cast<double>(p[0].size());
    }
    return (beta * between + gamma * within) * (parameters.value("variant", "official") == "official" ? T * T : 1);
}

/// Before anything is learned: theta is 1 for every image.
double ctkd(const Matrix& t, const Matrix& s, const Labels& y, const Json& parameters) {
    const double T = parameters.value("least", 1.0) + parameters.value("span", 20.0) / (1 + std::exp(-1.0));
    return kd(t, s, y, {{"temperature", T}});
}

double mlkd(const Matrix& t, const Matrix& s, const Labels&, const Json& parameters) {
    const double keep = parameters.value("keep", 0.5), middle = parameters.value("temperature", 4.0);
    const size_t images = t.size(), classes = t[0].size();
    Row confidence;
    for (const Row& z : t) {
        const Row p = softmax(z);
        confidence.push_back(*std::ranges::max_element(p));
    }
    Row sorted = confidence;
    std::ranges::sort(sorted);
    const double kept = std::max(1.0, std::ceil(keep * static_cast<double>(images)));
    const double limit = sorted[static_cast<size_t>(kept) - 1];
    double sum = 0;
    for (const double T : {middle / 2, middle * 3 / 4, middle, middle * 5 / 4, middle * 3 / 2}) {
        Matrix p, q;
        for (size_t b = 0; b < images; ++b)
            p.push_back(softmax(t[b], T)), q.push_back(softmax(s[b], T));
        for (size_t b = 0; b < images; ++b) {
            if (confidence[b] > limit) continue;
            sum += T * T * kl(p[b], q[b]) / static_cast<double>(images);
            for (size_t other = 0; other < images; ++other) {
                double difference = 0;
                for (size_t c = 0; c < classes; ++c)
                    difference += p[b][c] * p[other][c] - q[b][c] * q[other][c];
                sum += difference * difference / static_cast<double>(images);
            }
        }
        for (size_t c = 0; c < classes; ++c)
            for (size_t d = 0; d < classes; ++d) {
                double difference = 0;
                for (size_t b = 0; b < images; ++b)
                    difference += p[b][c] * p[b][d] - q[b][c] * q[b][d];
                sum += difference * difference / static_cast<double>(classes);
            }
    }
    return sum;
}

double ats(const Matrix& t, const Matrix& s, const Labels& y, const Json& parameters) {
    return meanOver(t, [&](size_t b) {
        Row scaled = t[b];
        for (size_t c = 0; c < scaled.size(); ++c)
            scaled[c] /= static_cast<int64_t>(c) == y[b] ? parameters.value("target_temperature", 4.0)
                                                         : parameters.value("other_temperature", 2.0);
        return crossEntropy(softmax(scaled), softmax(s[b]));
    });
}

double dtkd(const Matrix& t, const Matrix& s, const Labels&, const Json& parameters) {
    const double T = parameters.value("temperature", 4.0);
    return meanOver(t, [&](size_t b) {
        const double u = std::max(0.01, *std::ranges::max_element(t[b])), z = std::max(0.01, *std::ranges::max_element(s[b]));
        const double ofTeacher = 2 * u / (u + z) * T, ofStudent = 2 * z / (u + z) * T;
        return parameters.value("alpha", 3.0) * ofTeacher * ofStudent * kl(softmax(t[b], ofTeacher), softmax(s[b], ofStudent)) +
               parameters.value("beta", 1.0) * T * T * kl(softmax(t[b], T), softmax(s[b], T));
    });
}

}  // namespace

const std::map<std::string, ClosedForm>& closedForms() {
    static const std::map<std::string, ClosedForm> forms = {
        {"kd", kd},     {"dkd", dkd}, {"nkd", nkd},  {"smoothed_ce", smoothedCe}, {"mse", mse}, {"dist", dist}, {"ctkd", ctkd},
        {"mlkd", mlkd}, {"ats", ats}, {"dtkd", dtkd}};
    return forms;
}

Matrix standardisedRows(Matrix logits) {
    for (Row& z : logits) {
        const auto n = static_cast<double>(z.size());
        const double mean = std::accumulate(z.begin(), z.end(), 0.0) / n;
        double squares = 0;
        for (const double value : z)
            squares += (value - mean) * (value - mean);
        for (double& value : z)
            value = (value - mean) / (std::sqrt(squares / (n - 1)) + 1e-7);
    }
    return logits;
}

}  // namespace gaplab
