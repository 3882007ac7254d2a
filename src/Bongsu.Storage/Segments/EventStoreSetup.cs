namespace Bongsu.Storage.Segments;

/// <summary>What the engines of one store share.</summary>
internal sealed record EventStoreSetup(DiskStoreOptions Options, StoreClock Clock, TimeProvider Time, Disk Disk, ProblemLog Problems);
