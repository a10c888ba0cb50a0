#include "core/train/registry.h"

#include <limits>

#include "core/train/actuators/actuator.h"

namespace gaplab {
namespace {

constexpr double unlimited = std::numeric_limits<double>::infinity();

Parameter rateParameter(double defaultValue) {
    return aboveMinimum(realParameter("lr", defaultValue, 0.0, unlimited, "Learning rate at its peak"));
}

Parameter warmupParameter() {
    return realParameter("warmup", 0.0, 0.0, 1000.0, "The rate rises linearly over so many first epochs", "epochs");
}

void addOptimizers(Catalogue& catalogue) {
    catalogue.add(
        Registry::Optimizer,
        {.name = "sgd",
         .help = "Stochastic gradient descent with momentum",
         .parameters = {
             rateParameter(0.1), realParameter("momentum", 0.9, 0.0, 0.9999, "Decay of the velocity a step; 0 is plain descent"),
             realParameter("weight_decay", 5e-4, 0.0, 1.0, "Pulls every parameter towards zero (added to the gradient)"),
             booleanParameter("nesterov", false, "Nesterov's form of momentum")}});
    catalogue.add(Registry::Optimizer,
                  {.name = "adamw",
                   .help = "Adam with decoupled weight decay",
                   .source = "Loshchilov and Hutter 2019",
                   .parameters = {rateParameter(1e-3), realParameter("beta1", 0.9, 0.0, 0.9999, "Decay of the mean gradient"),
                                  realParameter("beta2", 0.999, 0.0, 0.999999, "Decay of the mean squared gradient"),
                                  realParameter("eps", 1e-8, 1e-16, 1.0, "Added to the root of the squared gradient"),
                                  realParameter("weight_decay", 0.05, 0.0, 10.0, "Decoupled decay, times the learning rate")}});
}

void addSchedules(Catalogue& catalogue) {
    catalogue.add(Registry::Schedule,
                  {.name = "constant", .help = "The same rate throughout", .parameters = {warmupParameter()}});
    catalogue.add(Registry::Schedule,
                  {.name = "step",
                   .help = "The rate is multiplied by gamma at each milestone (epochs, counted from the start)",
                   .parameters = {realParameter("gamma", 0.1, 1e-6, 1.0, "Factor at each milestone"), warmupParameter()}});
    catalogue.add(Registry::Schedule,
                  {.name = "cosine",
                   .help = "Half a cosine from the peak to the minimum",
                   .source = "Loshchilov and Hutter 2017, without restarts",
                   .parameters = {realParameter("minimum", 0.0, 0.0, unlimited, "Rate at the end"), warmupParameter()}});
    catalogue.add(Registry::Schedule,
                  {.name = "one_cycle",
                   .help = "Linear up from 1/25 of the peak over 30 % of training, then a cosine down to 1/250,000",
                   .source = "Smith 2018",
                   .parameters = {warmupParameter()}});
}

/// Teachers with a network of their own that is trained beside the student.
void addPeers(Catalogue& catalogue) {
    const Json facts = {{"trained", true}, {"apart", true}};
    catalogue.add(Registry::TeacherKind, {.name = "mutual",
                                          .help = "A network of its own that is trained with the student and can learn from it",
                                          .source = "Zhang et al., Deep Mutual Learning, CVPR 2018",
                                          .facts = facts});
    catalogue.add(Registry::TeacherKind, {.name = "switokd",
                                          .help = "As mutual, but the teacher waits while it is too far ahead of the student",
                                          .source = "Qian et al., Switchable Online Knowledge Distillation, ECCV 2022",
                                          .facts = facts});
    catalogue.add(Registry::TeacherKind,
                  {.name = "shadow",
                   .help = "A second classifier on a trained network, which alone is trained with the student: it stands between "
                           "that network and the student, and both learn from each other",
                   .source = "Li and Jin, Shadow Knowledge Distillation, NeurIPS 2022",
                   .facts = {{"trained", true}, {"apart", true}, {"head_only", true}}});
    Parameter clip = aboveMinimum(realParameter("clip", 1.0, 0.0, 100.0, "Largest gain, or loss, of a step that counts"));
    Parameter memory =
        realParameter("memory", 0.99, 0.0, 0.9999,
                      "Decay a step of the mean gain, which is subtracted: what counts is being better than usual");
    memory.source = "Pham et al. 2021, their code: 0.99";
    catalogue.add(
        Registry::TeacherKind,
        {.name = "feedback",
         .help = "As mutual, but it also learns from what its teaching does: where the step that the student has just made "
                 "after it lowered the student's loss on the images of data.feedback, it is taught to say the same more "
                 "surely, and less surely where it raised it",
         .source = "Pham et al., Meta Pseudo Labels, CVPR 2021",
         .parameters = {clip, memory},
         .facts = {{"trained", true}, {"apart", true}, {"feedback", true}}});
}

}  // namespace

void addTrainMembers(Catalogue& catalogue) {
    addOptimizers(catalogue);
    addSchedules(catalogue);
    catalogue.add(Registry::TeacherKind, {.name = "static", .help = "A trained network whose weights do not change"});
    Parameter until =
        realParameter("until", 0.0, 0.0, 100'000.0, "It teaches for so many epochs of the student; 0: to the end", "epochs");
    until.source = "Cho and Hariharan 2019 stop distillation before the end";
    catalogue.add(Registry::TeacherKind,
                  {.name = "early",
                   .help = "As static, but it stops teaching before the student's training ends; give it a short training of its "
                           "own to have it stopped early itself",
                   .source = "Cho and Hariharan, On the Efficacy of Knowledge Distillation, ICCV 2019",
                   .parameters = {until}});
    catalogue.add(Registry::TeacherKind,
                  {.name = "route",
                   .help = "The teacher at several epochs of its own training, weakest first, each for an equal share of the "
                           "student's",
                   .source = "Jin et al., Knowledge Distillation via Route Constrained Optimization, ICCV 2019"});
    addPeers(catalogue);
    catalogue.add(
        Registry::TeacherKind,
        {.name = "gpd",
         .help = "Dynamic teacher that grows out of the student, wider and with branches, and shares its parameters",
         .source = "Guo et al., Gap Preserving Distillation, ICLR 2025",
         .parameters =
             {integerParameter("expansion", 2, 1, 8,
                               "How many times wider than the student; 1: the student itself, with branches"),
              integerParameter("branches", 6, 1, 6, "Parallel kernels of each eligible convolution, merged before it"),
              choiceParameter("scales", "auto", {"auto", "default", "one_hot"},
                              "How the branches start: as published, or only the first; auto: one_hot if the student starts from "
                              "weights"),
              realParameter("noise", 1e-6, 0.0, 0.1, "Deviation of what makes the copies of each weight differ at the start"),
              choiceParameter("private_init", "copies", {"copies", "noise"},
                              "What the teacher alone has starts as copies of the student's weights, or as copies with noise as "
                              "strong as the weights: the gap can then be moved, and the teacher starts below the student")},
         .facts = {{"trained", true}, {"apart", false}}});
    addActuators(catalogue);
}

}  // namespace gaplab
