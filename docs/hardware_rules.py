"""The rules about hardware and jobs; see :mod:`docs.rules`."""

from __future__ import annotations

from collections.abc import Mapping

HARDWARE: Mapping[str, tuple[str, str]] = {
    "hardware-name": ("The file's name cannot name hardware: queues and policies are called "
                      "after it.", "Rename the file."),
    "unknown-hardware": ("Hardware is named that no file declares.", "Correct the name, or add "
                         "`hardware/<name>.yaml`."),
    "hardware-alike": ("Two kinds of hardware select the same nodes, so a promise of the one "
                       "could be used up by the other.", "Add a label that tells them apart."),
    "selects-nothing": ("Hardware selects no nodes: its pods could land anywhere.", "Add "
                        "`nodeSelector` with labels that exactly these nodes have."),
    "taint-not-tolerated": ("The nodes carry a taint that the hardware's pods do not tolerate.",
                            "Add the toleration."),
    "toleration-of-everything": ("A toleration without a key tolerates every taint, and lets "
                                 "pods onto any node.", "Name the key of the nodes' taint."),
    "toleration-exists-with-value": ("A toleration has operator `Exists` and a value.",
                                     "Drop the value, or write `operator: Equal`."),
    "toleration-seconds": ("A toleration has seconds with an effect that evicts nobody.",
                           "Drop them; they go with `NoExecute` only."),
    "tpu-half-selected": ("GKE places TPU pods by accelerator and topology, and one of the two "
                          "labels is missing.", "Add it to `nodeSelector`."),
    "allocatable-incomplete": ("Hardware does not say how much cpu or memory a node offers.",
                               "Take it from `kubectl describe node`, under Allocatable."),
    "device-in-allocatable": ("A device is counted under `allocatable` and under `device`.",
                              "Take it out of `allocatable`."),
    "device-without-a-name": ("A device has neither a resource nor a DeviceClass.", "Name its "
                              "`resource`, or its `deviceClass`."),
    "device-class-too-early": ("The cluster's Kubernetes does not allocate devices dynamically.",
                               "Name the device plugin's resource, or other clusters."),
    "fraction-of-a-device": ("A number of devices is not whole.", "Write a whole number; to share "
                             "a device, declare the shared resource as hardware of its own."),
    "workload-range-upside-down": ("In `workload` a minimum or default is above what must not be "
                                   "below it.", "Lower the one, or raise the other."),
    "needs-what-nodes-lack": ("Every container of this hardware needs more of a resource than a "
                              "node offers.", "Add the resource to `allocatable`, or take the "
                              "need out."),
    "needs-more-than-allowed": ("Pods on this hardware need a higher Pod Security level than the "
                                "tenant's namespace allows.", "Raise the tenant's `podSecurity`, "
                                "or use other hardware."),
    "too-many-for-kueue": ("Kueue takes at most eight labels, and at most eight taints, for one "
                           "kind of hardware.", "Keep those that tell the nodes apart."),
    "redirect-of-usable-hardware": ("Hardware that anybody may use redirects to other hardware.",
                                    "Write `state: deprecated`, or drop the redirect."),
    "redirect-to-deprecated": ("Deprecated hardware redirects to hardware that is deprecated "
                               "too.", "Name hardware that stays."),
    "pods-not-placed": ("A cluster has hardware and is too old for the policy that puts it on "
                        "pods. A warning.", "Write `mutation: kyverno` where Kyverno runs, or "
                        "`mutation: none`."),
    "deprecated-hardware": ("A tenant uses hardware that is deprecated. A warning.", "Move to the "
                            "hardware that the hint names."),
    "hardware-forbidden": ("The hardware's file does not list the tenant among those who may use "
                           "it.", "Add the tenant, or a group of its owner, there."),
    "devices-without-device": ("Devices are counted of hardware that has none.", "Take the "
                               "number out, or choose other hardware."),
    "lends-more-than-it-has": ("A tenant lends more devices than it is promised.", "Lower "
                               "`lend`."),
    "nobody-lends": ("A tenant borrows or lends, and its clusters have no cohort.", "Set "
                     "`queueing: {manager: kueue, cohort: NAME}` in the cluster's file."),
    "more-than-installed": ("One tenant is promised more devices than a cluster has.", "Lower the "
                            "promise, or raise `nodes` in the hardware's file."),
    "promised-too-often": ("All tenants together are promised more devices than there are.",
                           "Take some back, add nodes, or set `overcommit`."),
    "quotas-above-hardware": ("Quotas of tenants without hardware allow more devices than the "
                              "hardware that has them can still promise.", "Lower the quota, "
                              "promise `hardware` in its place, add nodes, or set `overcommit`."),
    "quota-below-hardware": ("The tenant's own quota of a device is below what its hardware comes "
                             "to.", "Take the line out: hardware makes a quota of its own."),
    "quota-below-queues": ("The tenant's quota of cpu or memory is below what its Kueue queues let "
                           "in, so that Kueue starts jobs whose pods the quota refuses. A "
                           "warning.", "Raise the quota, or write a lower `cpu` or `memory` into "
                           "the lines of its `hardware`."),
    "quota-of-no-hardware": ("A quota counts a device that no declared hardware provides.",
                             "Declare the hardware, or take the line out."),
}
JOBS: Mapping[str, tuple[str, str]] = {
    "job-without-image": ("A job, or a step of it, names no image.", "Add `image`."),
    "job-elsewhere": ("A job names a cluster on which its tenant has no workspace.", "Name one of "
                      "the tenant's clusters."),
    "hardware-not-given": ("A job runs on hardware that its tenant was not given.", "Add it to "
                           "the tenant's `hardware`."),
    "hardware-not-here": ("A job would run on a cluster that does not have its hardware.", "Name "
                          "the job's `clusters`, or other hardware."),
    "engine-not-here": ("None of the job's clusters has an engine that can run it.", "Turn one on "
                        "under `engines` in the cluster's file."),
    "engine-not-chosen": ("Several engines could run the job.", "Write `engine` in the job, or "
                          "`engines: {default: …}` in the cluster's file."),
    "engine-lacks-field": ("The job's engine cannot do what a key asks for.", "Use the engine "
                           "that the hint names, or take the key out."),
    "trainer-too-early": ("This release of Trainer cannot do yet what a key asks for.", "Take the "
                          "key out, or name clusters with a later release."),
    "env-of-trainer": ("A variable has a name that Trainer sets, or that a parameter's own "
                       "variable has.", "Take it out, or name it otherwise."),
    "runtime-twice": ("A job has the name of a hardware's own runtime.", "Name the job "
                      "otherwise."),
    "runtime-without-runs": ("A job uses a runtime of the cluster's, so git has no definition of "
                             "its own, and no run is declared: nothing would be rendered.",
                             "Add `runs`, or take `runtime` out."),
    "runtime-says": ("A job uses a runtime of the cluster's and says what only a runtime can "
                     "say.", "Take the key out, or `runtime`."),
    "runtime-lacks-hardware": ("The job's pods are made by Trainer from something that a run can "
                               "change in part only, and the hardware needs the rest.", "Take "
                               "`runtime` out, or what the message names."),
    "notebook-without-amounts": ("A notebook says nothing of its cpu or memory. Kubeflow's list "
                                 "of notebooks reads both and fails without them, for the whole "
                                 "workspace.", "Add `cpu` and `memory`, or "
                                 "`workload: {default: …}` to the hardware."),
    "pipelines-job": ("A job's engine is Kubeflow Pipelines, whose runs are started by its API "
                      "and stand in its database.", "Write the pipeline in Python and choose the "
                      "hardware of its tasks with `gitops.kfp`, or use another engine."),
    "search-missing": ("A job of the search engine says nothing of what to search.", "Add "
                       "`search` with an objective and parameters."),
    "empty-range": ("A parameter of a search has nothing to try.", "List its values, or give "
                    "`min` and `max`."),
    "bad-schedule": ("A schedule is not five fields of cron.", "Write minute, hour, day of "
                     "month, month, day of week: `0 3 * * 1-5`."),
    "not-one-source": ("An environment variable or a volume has no source, or more than one.",
                       "Write a text, `{secret: NAME, key: KEY}` or `{configMap: NAME, key: KEY}`; "
                       "for a volume one of `claim`, `size` and `empty`."),
    "script-and-command": ("A script and a command stand side by side.", "Keep one."),
    "source-and-work": ("A job comes from a file and says again what that file says.", "Take "
                        "the key out, or `from`."),
    "step-ref-and-work": ("A step refers to a StepAction and brings work of its own.", "Keep "
                          "one."),
    "source-without-runs": ("A job is a Pipeline in another repository and has no runs, so git "
                            "would hold nothing of it.", "Add `runs`, or name a Task there "
                            "(`kind: task`)."),
    "task-name-too-long": ("A Task's name, which is the job's and its step's, is longer than 63 "
                           "characters.", "Shorten one of them."),
    "step-action-alone": ("A step is a StepAction, and the job or its hardware has variables or "
                          "shared memory, which Tekton does not give to one.", "Write the "
                          "step's image and script, or put it into a job of its own."),
    "step-twice": ("Two steps have one name.", "Rename one."),
    "run-twice": ("A run's id was used before.", "Choose another: an id is used once."),
    "run-changed": ("A run that was rendered before would be another one under its name: since the "
                    "last commit for `gitops render`, since the base of the change for `gitops "
                    "render --check` and `gitops diff`. Engines refuse changes of what has begun, "
                    "or do not run it again.", "Give the run a new id, or take it out when it is "
                    "over."),
    "run-name-too-long": ("A run's name, which is the job's and its id, is longer than 63 "
                          "characters.", "Shorten one of them."),
    "unknown-param": ("A parameter is used that the job does not declare.", "Add it to `params`, "
                      "or correct the name."),
    "param-without-value": ("Nobody gives a parameter a value.", "Give it a default, or the run "
                            "a value."),
    "volume-twice": ("Two volumes have one name or one path.", "Change one."),
    "fits-no-node": ("A pod of the job asks for more cpu or memory than a node offers.", "Lower "
                     "it, or choose larger hardware."),
    "devices-above-node": ("A pod of the job asks for more devices than a node has.", "Lower the "
                           "number, spread it over `nodes`, or choose larger hardware."),
    "above-hardware-max": ("The job asks for more than its hardware allows one pod.", "Lower "
                           "it."),
    "below-hardware-min": ("The job asks for less than its hardware wants of one pod.", "Raise "
                           "it."),
    "more-than-promised": ("The job needs more devices at once than its tenant has: it would "
                           "never start.", "Lower it, or raise the tenant's share."),
    "above-quota": ("The job's pods need more cpu or memory at once than the tenant's quota: the "
                    "API server would refuse them.", "Lower it, or raise the quota."),
    "above-container-max": ("A container of the job asks for more cpu or memory than the tenant's "
                            "`containers` allow: the API server would refuse its pod.", "Lower "
                            "it, or raise `containers`."),
    "devices-on-no-step": ("A job of several steps runs on devices, and no step says that it "
                           "uses them.", "Add `devices` to the step that does."),
    "devices-disagree": ("The job's devices are not those of its steps.", "Keep those of the "
                         "steps."),
    "coscheduled-apart": ("Steps share a volume, so Tekton holds them on one node, and they need "
                          "different nodes.", "Use one hardware, pass data outside the volume, or "
                          "set `engines: {tekton: {coschedule: disabled}}`."),
    "coscheduled-minimum": ("Tekton holds the tasks of a job that uses a claim beside a small pod "
                            "of its own, which asks for 50m of cpu and 100Mi: below the hardware's "
                            "minimum it is refused, and the run waits for ever.", "Lower "
                            "`workload.min`, or set `coschedule: disabled`."),
    "coscheduled-claims": ("A job has two claims, and Tekton refuses a task with more than one "
                           "where it holds tasks on the node of their claim.", "Keep one, or set "
                           "`engines: {tekton: {coschedule: disabled}}` if the nodes can reach "
                           "both."),
    "braces-in-text": ("A text holds what its engine reads as a variable of its own, and the "
                       "engine has no way to write it plainly.", "Write the braces apart, or keep "
                       "the text in a file of the image."),
    "param-is-searched": ("A run gives a value to a parameter that is searched.", "Take it out "
                          "of the run, or out of the search."),
    "search-param-unused": ("A parameter is searched that the job does not use, so that every "
                            "trial would be alike.", "Name it in the job, or do not search it."),
    "search-refused": ("Katib would refuse the search.", "Do what the hint says."),
    "name-of-the-engine": ("A name or path is one that the engine uses itself.", "Choose "
                           "another."),
    "script-interpreter": ("The engine hands a script to its interpreter as a text, and this one "
                           "is not known to take one.", "Put the file into the image and give a "
                           "`command`, or use Tekton, which writes a file."),
    "claim-on-tekton": ("Tekton's pods cannot bring the claim that dynamic allocation needs.",
                        "Name the class's extended resource, or use another engine."),
}
