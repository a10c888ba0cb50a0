#include "core/mitigation/cells.h"

#include <cmath>

#include "core/base/error.h"

namespace gaplab {

Parameter cellsParameter(const char* usual, const char* help) {
    return choiceParameter("of", usual, {"class", "group", "class_and_group"}, help);
}

at::Tensor Cells::of(const at::Tensor& labels, const at::Tensor& groupsOfImages) const {
    if (groups == 0) return labels;
    if (!byClass) return groupsOfImages;
    return at::where(groupsOfImages.lt(0), groupsOfImages, labels * groups + groupsOfImages);
}

Cells cellsOf(const std::string& of, const TrainingImages& images) {
    Cells cells;
    if (of == "class") {
        cells.names = images.classes;
    } else {
        if (images.groupNames.empty())
            throw Error(Fault::Input, "The images have no groups", {},
                        {{"of", "The images have no groups", "class, or data.groups that tell them"}});
        cells.groups = std::ssize(images.groupNames);
        cells.byClass = of != "group";
        if (!cells.byClass) cells.names = images.groupNames;
        if (cells.byClass)
            for (const std::string& name : images.classes)
                for (const std::string& group : images.groupNames)
                    cells.names.push_back(name + ", " + group);
    }
    const at::Tensor place = cells.of(images.labels, images.groups).contiguous();
    cells.images.resize(cells.names.size());
    for (int64_t i = 0; i < place.numel(); ++i)
        if (const int64_t cell = place.const_data_ptr<int64_t>()[i]; cell >= 0) ++cells.images[static_cast<size_t>(cell)];
    return cells;
}

at::Tensor inversePower(const Cells& cells, double power) {
    at::Tensor factors = at::zeros({cells.count()}, at::kDouble);
    double sum = 0, images = 0;
    for (size_t i = 0; i < cells.images.size(); ++i) {
        if (cells.images[i] == 0) continue;
        const auto n = static_cast<double>(cells.images[i]);
        const double factor = std::pow(n, -power);
        factors.mutable_data_ptr<double>()[i] = factor;
        sum += n * factor;
        images += n;
    }
    return sum > 0 ? factors * (images / sum) : factors;
}

}  // namespace gaplab
