using Bongsu.Ingest.Decode.Otlp;
using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Logs;

namespace Bongsu.Ingest.Decode;

/// <summary>The streams of one batch of records that come without labels: by service, environment and level, as those of OTLP. Not thread-safe.</summary>
internal sealed class StreamTable(IngestLimits limits)
{
    private readonly LabelBuffer _labels = new();
    private readonly Dictionary<ulong, int> _streams = [];
    private readonly ByteBuffer _last = new();
    private int _lastLevel = -1;
    private int _lastServiceLength;
    private int _lastStream;

    public void Clear()
    {
        _streams.Clear();
        _lastLevel = -1;
    }

    /// <summary>The index of the stream in the batch, which gets it if it is new.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="service">UTF-8; empty: unknown.</param>
    /// <param name="environment">UTF-8; empty: no label.</param>
    /// <param name="level">Index of a level (see <see cref="Severity"/>).</param>
    public int Of(LogBatch batch, ReadOnlySpan<byte> service, ReadOnlySpan<byte> environment, int level)
    {
        // Fast path: lines of one origin come together.
        if (level == _lastLevel && service.Length == _lastServiceLength && _last.Span[..service.Length].SequenceEqual(service) && _last.Span[service.Length..].SequenceEqual(environment))
            return _lastStream;
        _last.Clear();
        _last.Append(service);
        _last.Append(environment);
        (_lastLevel, _lastServiceLength) = (level, service.Length);
        return _lastStream = Find(batch, service, environment, level);
    }

    private int Find(LogBatch batch, ReadOnlySpan<byte> service, ReadOnlySpan<byte> environment, int level)
    {
        _labels.Clear();
        if (service.IsEmpty)
            _labels.Add("service_name"u8, Identity.UnknownService);
        else
            _labels.Add("service_name"u8, Text.Cut(service, limits.LabelValueBytes));
        _labels.Add("deployment_environment_name"u8, Text.Cut(environment, limits.LabelValueBytes));
        _labels.Add("level"u8, Severity.Name(level));
        _labels.Canonical(out var canonical);
        var hash = LabelHash.Of(canonical);
        if (_streams.TryGetValue(hash, out var known) && batch.StreamLabels(known).SequenceEqual(canonical))
            return known;
        batch.Streams.Add(batch.Arena.Append(canonical));
        return _streams[hash] = batch.Streams.Count - 1;
    }
}
