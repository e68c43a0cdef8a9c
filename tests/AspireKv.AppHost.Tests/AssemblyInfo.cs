// Whole clusters run in some of these tests; side by side on two cores they would only wait for each other.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
