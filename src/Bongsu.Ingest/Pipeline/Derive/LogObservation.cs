using Bongsu.Ingest.Decode.Otlp;
using Bongsu.Ingest.Pipeline.Derive.Patterns;
using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Logs;

namespace Bongsu.Ingest.Pipeline.Derive;

/// <summary>What one batch of log records is counted with: the streams of the batch are looked up once. Not thread-safe; reusable.</summary>
internal sealed class LogObservation
{
    // Levels of records by number, and one more for the level that the stream's label says.
    private const int Levels = Severity.Count + 1;
    private const int LabelLevel = Severity.Count;

    private static readonly byte[][] s_levels = [.. Enumerable.Range(0, Severity.Count).Select(level => System.Text.Encoding.UTF8.GetBytes(Severity.Name(level)))];

    private readonly LineTokens _tokens = new();
    private readonly Column<Stream> _streams = new();
    private readonly Column<int> _dimensions = new();
    private readonly Column<long> _calm = new();
    private LogBatch? _batch;
    private LogPatterns? _patterns;
    private long _nowMs;

    public void Begin(LogBatch batch, LogPatterns patterns)
    {
        _batch = batch;
        _patterns = patterns;
        _nowMs = patterns.NowMs;
        _streams.Clear();
        _dimensions.Clear();
        _calm.Clear();
        for (var i = 0; i < batch.Streams.Count; i++)
            _streams.Add(StreamOf(batch.StreamLabels(i), patterns));
        _dimensions.Take(batch.Streams.Count * Levels).Fill(-1);
        _calm.Take(batch.Streams.Count * Levels).Clear();
    }

    public ReadOnlySpan<byte> Service(int stream) => Label(stream, "service_name"u8);

    public ReadOnlySpan<byte> Environment(int stream) => Label(stream, "deployment_environment_name"u8);

    public ReadOnlySpan<byte> LevelName(int stream, int level) => level == LabelLevel ? LevelLabel(_batch!.StreamLabels(stream)) : s_levels[level];

    /// <summary>The number of a record's level: as the stream's label says, else as the record does.</summary>
    public int Level(in LogRecord record, in LogFacts facts)
    {
        if (_streams[record.Stream].HasLevel)
            return LabelLevel;
        var level = Severity.Level(record.SeverityNumber, _batch!.Arena.Get(record.SeverityText));
        return level != 0 ? level : facts.LevelNumber;
    }

    public void Observe(in LogRecord record, in LogFacts facts, int level)
    {
        var place = record.Stream * Levels + level;
        if (facts.ErrorClass.IsEmpty)
            _calm[place]++;
        if (_streams[record.Stream].Patterns is not { } patterns)
        {
            _patterns!.Refuse();
            return;
        }
        if (_dimensions[place] < 0)
            _dimensions[place] = patterns.DimensionOf(Environment(record.Stream), LevelName(record.Stream, level));
        _tokens.Read(facts.Line, facts.HasMore);
        // A clock that is ahead counts as now.
        patterns.Observe(_tokens, facts, _dimensions[place], Math.Min(record.TimeUnixNano / 1_000_000, _nowMs), _nowMs);
    }

    /// <summary>Counts the records that tell of no error.</summary>
    public void AddCalm(LogCounts counts)
    {
        for (var place = 0; place < _calm.Count; place++)
        {
            if (_calm[place] > 0)
                counts.Add(Service(place / Levels), Environment(place / Levels), LevelName(place / Levels, place % Levels), default, _calm[place]);
        }
    }

    public void End() => (_batch, _patterns) = (null, null);

    private static Stream StreamOf(ReadOnlySpan<byte> labels, LogPatterns patterns)
    {
        // The limits on labels have been applied: a decoder has seen them.
        Find(labels, "service_name"u8, out var service);
        var level = LevelLabel(labels);
        return new Stream(patterns.Of(service), !level.IsEmpty && !level.SequenceEqual("unknown"u8));
    }

    private static ReadOnlySpan<byte> LevelLabel(ReadOnlySpan<byte> labels) =>
        Find(labels, "level"u8, out var level) || Find(labels, "detected_level"u8, out level) || Find(labels, "severity"u8, out level) ? level : default;

    private ReadOnlySpan<byte> Label(int stream, ReadOnlySpan<byte> name)
    {
        Find(_batch!.StreamLabels(stream), name, out var value);
        return value;
    }

    private static bool Find(ReadOnlySpan<byte> labels, ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        var reader = new LabelReader(labels);
        while (reader.MoveNext())
        {
            if (!reader.Name.SequenceEqual(name))
                continue;
            value = reader.Value;
            return true;
        }
        value = default;
        return false;
    }

    private readonly record struct Stream(ServicePatterns? Patterns, bool HasLevel);
}
