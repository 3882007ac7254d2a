using System.Text;
using Bongsu.Ingest.Decode;
using Bongsu.Ingest.Decode.Otlp;
using Bongsu.Ingest.Pipeline.Budgets;
using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Logs;
using Bongsu.Telemetry.Metrics;
using Bongsu.Telemetry.Spans;

namespace Bongsu.Ingest.Pipeline.Lint;

/// <summary>
/// Looks at some records of each request for what makes them worth less than they could be. Stands behind redaction, so that no example holds a secret and a
/// secret is known by what took its place. Thread-safe.
/// </summary>
internal sealed class LintStage(TimeProvider time) : ITelemetryProcessor
{
    /// <summary>What a report covers at most; it is forgotten by halves.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromHours(1);

    // Of each request so many are looked at, evenly: faults of a service are in all it sends.
    private const int RecordsPerBatch = 128;

    // Names made up by one sender must not take up memory without bound; services beyond are not looked at.
    private const int MaxServices = 1_000;

    private readonly object _lock = new();
    private readonly Dictionary<ulong, ServiceLint>[] _services = [[], []];
    private readonly ByteBuffer _example = new();
    private long _turnedAt = time.GetTimestamp();
    private int _batches;

    public static bool IsRedacted(ReadOnlySpan<byte> value) => value.IndexOf("[redacted:"u8) >= 0;

    // Hot path: 0 B/op once each fault of a service was seen (see LintBenchmark, StageAllocationTests)
    public void Process(SpanBatch batch, RejectionTally tally)
    {
        var nowMs = time.GetUtcNow().ToUnixTimeMilliseconds();
        lock (_lock)
        {
            Turn();
            for (var (i, step) = First(batch.Count); i < batch.Count; i += step)
            {
                ref readonly var span = ref batch.Spans.Span[i];
                if (!span.IsDropped && Of(ServiceOf(batch, span.Resource), Signal.Traces) is { } found)
                    Look(batch, span, found, nowMs);
            }
        }
    }

    public void Process(LogBatch batch, RejectionTally tally)
    {
        var nowMs = time.GetUtcNow().ToUnixTimeMilliseconds();
        lock (_lock)
        {
            Turn();
            for (var (i, step) = First(batch.Count); i < batch.Count; i += step)
            {
                ref readonly var record = ref batch.Records.Span[i];
                var service = Label(batch.StreamLabels(record.Stream), "service_name"u8);
                if (!record.IsDropped && Of(service, Signal.Logs) is { } found)
                    Look(batch, record, found, _services[(int)Signal.Traces].ContainsKey(LabelHash.Of(service)), nowMs);
            }
        }
    }

    // What is wrong with series is told by the budgets of series.
    public void Process(MetricBatch batch, RejectionTally tally) { }

    /// <summary>What was found, of one service or of all.</summary>
    public LintReport Report(string? service)
    {
        var findings = new List<LintFinding>();
        var services = new List<LintedService>();
        lock (_lock)
        {
            Turn();
            foreach (var found in (ServiceLint[])[.. _services[0].Values, .. _services[1].Values])
            {
                if (service is not null && found.Service != service)
                    continue;
                found.Report(findings);
                services.Add(new LintedService(found.Service, found.Signal, found.Checked));
            }
        }
        findings.Sort(static (a, b) => a.Share != b.Share ? b.Share.CompareTo(a.Share)
            : a.Service != b.Service ? string.CompareOrdinal(a.Service, b.Service) : a.Rule.CompareTo(b.Rule));
        services.Sort(static (a, b) => a.Service != b.Service ? string.CompareOrdinal(a.Service, b.Service) : a.Signal.CompareTo(b.Signal));
        return new LintReport(Window, findings, services);
    }

    /// <summary>Forgets the examples of one signal of services.</summary>
    public void ForgetExamples(Signal signal, Func<string, bool> isOf)
    {
        lock (_lock)
        {
            foreach (var found in _services[(int)signal].Values)
            {
                if (isOf(found.Service))
                    found.ForgetExamples();
            }
        }
    }

    private void Look(SpanBatch batch, in Telemetry.Spans.Span span, ServiceLint found, long nowMs)
    {
        found.Check();
        var name = batch.Arena.Get(span.Name);
        if (IdText.IsIn(name))
            found.Add(LintRule.SpanNameId, name, nowMs);
        var fields = new SpanFields(batch, span, found);
        if (IdText.IsIn(fields.Route))
            found.Add(LintRule.RouteId, fields.Route, nowMs);
        if (span.Kind == SpanKind.Server && fields.IsHttp)
        {
            // Where no route has matched there is none to be set.
            if (fields.Route.IsEmpty && fields.Status is not (404 or 405))
                found.Add(LintRule.MissingRoute, name, nowMs);
            if (!fields.HasStatus)
                found.Add(LintRule.MissingStatus, name, nowMs);
        }
        if (!fields.SecretKey.IsEmpty)
            AddSecret(found, fields.SecretKey, fields.SecretValue, nowMs);
        if (RecordSize.Of(batch, span) > LintRules.LargeBytes)
            found.Add(LintRule.TooLarge, name, nowMs);
        if (IsFarOff(span.StartUnixNano, nowMs))
            found.Add(LintRule.TimestampOff, name, nowMs);
    }

    private void Look(LogBatch batch, in LogRecord record, ServiceLint found, bool hasTraces, long nowMs)
    {
        found.Check();
        var body = batch.Arena.Get(record.Body.Payload);
        var fields = new LogFields(batch, record, found);
        var isStack = record.Body.Kind == AttributeKind.String && StackLine.Is(body);
        if (isStack)
            found.Add(LintRule.SplitStackTrace, body, nowMs);
        else if (!fields.HasFields && !IsLogfmt(body))
            found.Add(LintRule.TextLog, body, nowMs);
        if (hasTraces && !fields.HasTrace && !isStack)
            found.Add(LintRule.MissingTraceId, body, nowMs);
        if (!fields.SecretKey.IsEmpty)
            AddSecret(found, fields.SecretKey, "[redacted]"u8, nowMs);
        if (OddLevel(batch, record, fields.Level) is { IsEmpty: false } level)
            found.Add(LintRule.LevelName, level, nowMs);
        if (RecordSize.Of(batch, record) > LintRules.LargeBytes)
            found.Add(LintRule.TooLarge, body, nowMs);
        if (IsFarOff(record.TimeUnixNano, nowMs))
            found.Add(LintRule.TimestampOff, body, nowMs);
    }

    private void AddSecret(ServiceLint found, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, long nowMs)
    {
        _example.Clear();
        _example.Append(key);
        _example.Append((byte)'=');
        _example.Append(value);
        found.Add(LintRule.SecretInAttribute, _example.Span, nowMs);
    }

    /// <summary>The name of a level that is no known one; empty when the level is known, or none is given.</summary>
    private static ReadOnlySpan<byte> OddLevel(LogBatch batch, in LogRecord record, ReadOnlySpan<byte> ofField)
    {
        var text = batch.Arena.Get(record.SeverityText);
        if (Severity.Level(record.SeverityNumber, text) != 0 || Severity.Level(0, ofField) != 0)
            return default;
        if (!text.IsEmpty)
            return text;
        var label = Label(batch.StreamLabels(record.Stream), "level"u8);
        if (Severity.Level(0, label) != 0)
            return default;
        return !ofField.IsEmpty ? ofField : label.SequenceEqual("unknown"u8) ? default : label;
    }

    private static bool IsFarOff(long timeNanos, long nowMs)
    {
        var aheadMs = timeNanos / 1_000_000 - nowMs;
        return aheadMs > LintRules.Ahead.TotalMilliseconds || -aheadMs > LintRules.Behind.TotalMilliseconds;
    }

    // Two of key=value, each at the start of a word.
    private static bool IsLogfmt(ReadOnlySpan<byte> text)
    {
        text = Text.Cut(text, 512);
        var (pairs, at) = (0, 0);
        while (pairs < 2 && text[at..].IndexOf((byte)'=') is > 0 and var found)
        {
            var start = at + found;
            while (start > at && text[start - 1] is not ((byte)' ' or (byte)'\t' or (byte)'"'))
                start--;
            pairs += start < at + found && (uint)((text[start] | 0x20) - 'a') < 26 ? 1 : 0;
            at += found + 1;
        }
        return pairs >= 2;
    }

    private (int First, int Step) First(int count)
    {
        var step = (count + RecordsPerBatch - 1) / RecordsPerBatch;
        return step <= 1 ? (0, 1) : ((int)((uint)_batches++ % (uint)step), step);
    }

    private void Turn()
    {
        if (time.GetElapsedTime(_turnedAt) < Window / 2)
            return;
        // Nothing came for long: both halves are past.
        var turns = time.GetElapsedTime(_turnedAt) < Window ? 1 : 2;
        _turnedAt = time.GetTimestamp();
        foreach (var services in _services)
        {
            foreach (var (hash, found) in services)
            {
                for (var i = 0; i < turns; i++)
                    found.Turn();
                if (found.Checked == 0)
                    services.Remove(hash);
            }
        }
    }

    private ServiceLint? Of(ReadOnlySpan<byte> service, Signal signal)
    {
        var services = _services[(int)signal];
        var hash = LabelHash.Of(service);
        if (services.TryGetValue(hash, out var found))
            return found;
        return services.Count >= MaxServices ? null : services[hash] = new ServiceLint(service.IsEmpty ? "(none)" : Encoding.UTF8.GetString(service), signal);
    }

    private static ReadOnlySpan<byte> ServiceOf(SpanBatch batch, int resource)
    {
        if (resource < 0)
            return default;
        var row = batch.Attributes.Find(batch.Resources[resource].Attributes, ResourceKeys.ServiceName);
        return row < 0 || batch.Attributes.Values[row].Kind != AttributeKind.String ? default : batch.Arena.Get(batch.Attributes.Values[row].Payload);
    }

    private static ReadOnlySpan<byte> Label(ReadOnlySpan<byte> labels, ReadOnlySpan<byte> name)
    {
        var reader = new LabelReader(labels);
        while (reader.MoveNext())
        {
            if (reader.Name.SequenceEqual(name))
                return reader.Value;
        }
        return default;
    }
}
