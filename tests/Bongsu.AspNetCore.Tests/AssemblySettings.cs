// Activity listeners see every source of the process, so hosts of two tests would see each other's spans.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
