// Each test has a cluster of processes and two cores to run it on.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
