#pragma once

#include <QtTest>

#include "core/base/error.h"

/// The call throws an Error with this fault whose text (message and hint) holds every one of `words`.
template <typename Call>
bool refuses(Call&& call, gaplab::Fault fault, const std::vector<std::string>& words) {
    try {
        call();
    } catch (const gaplab::Error& error) {
        const std::string text = error.describe();
        for (const std::string& word : words)
            if (text.find(word) == std::string::npos) {
                qWarning("\"%s\" does not hold \"%s\"", text.c_str(), word.c_str());
                return false;
            }
        if (error.fault() != fault) qWarning("The fault of \"%s\" is another one", text.c_str());
        return error.fault() == fault;
    }
    qWarning("Nothing was thrown");
    return false;
}

/// A rapidcheck property inside a Qt test.
#define VERIFY_PROPERTY(...) QVERIFY(rc::check(__VA_ARGS__))
