namespace Bongsu.Storage.Segments;

/// <summary>What the engines of one store share.</summary>
internal sealed record EventStoreSetup(DiskStoreOptions Options, StoreClock Clock, TimeProvider Time, Disk Disk, ProblemLog Problems)
{
    private volatile DiskStoreOptions _options = Options;

    /// <summary>Of these the rules of retention change while the store is open; who needs two of them together takes the options once.</summary>
    public DiskStoreOptions Options
    {
        get => _options;
        set => _options = value;
    }
}
