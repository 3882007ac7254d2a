using Bongsu.Ingest.Decode;
using Bongsu.Telemetry.Labels;

namespace Bongsu.Ingest.Pipeline.Derive;

/// <summary>Counts log records by service, environment, level and class of error. Not thread-safe: the owner locks.</summary>
internal sealed class LogCounts(DerivedTable table, TimeProvider time)
{
    // A class that carries an id would be a series for each error; more of one service are one class.
    private const int MaxClassesPerService = 100;

    private readonly Dictionary<ulong, HashSet<ulong>> _classes = [];
    private readonly LabelBuffer _labels = new();

    /// <summary>Records that were not counted because a bound was met, since start.</summary>
    public long Overflow { get; private set; }

    public void Add(ReadOnlySpan<byte> service, ReadOnlySpan<byte> environment, ReadOnlySpan<byte> level, ReadOnlySpan<byte> errorClass, long count)
    {
        _labels.Clear();
        _labels.Add("deployment_environment_name"u8, environment);
        _labels.Add("error_class"u8, errorClass.IsEmpty || IsKept(service, errorClass) ? errorClass : "other"u8);
        _labels.Add("level"u8, level);
        _labels.Add("service_name"u8, service);
        _labels.Canonical(out var canonical);
        if (table.Get(canonical) is not { } series)
        {
            Overflow += count;
            return;
        }
        series.Calls += count;
        series.IsChanged = true;
        series.LastSeen = time.GetTimestamp();
    }

    private bool IsKept(ReadOnlySpan<byte> service, ReadOnlySpan<byte> errorClass)
    {
        var hash = LabelHash.Of(service);
        if (!_classes.TryGetValue(hash, out var classes))
        {
            // As many services as there may be series at all; begun anew, a service has its classes again with the next errors.
            if (_classes.Count >= 1_000)
                _classes.Clear();
            _classes[hash] = classes = [];
        }
        var errorHash = LabelHash.Of(errorClass);
        return classes.Contains(errorHash) || (classes.Count < MaxClassesPerService && classes.Add(errorHash));
    }
}
