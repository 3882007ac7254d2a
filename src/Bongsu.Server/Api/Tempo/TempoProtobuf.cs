using System.Text;
using Bongsu.Query;
using Bongsu.Query.TraceQL;

namespace Bongsu.Server.Api.Tempo;

/// <summary>Answers as the messages of Tempo's tempo.proto. Pure.</summary>
internal static class TempoProtobuf
{
    public static ProtoMessage Search(TraceSearchResult result)
    {
        var message = new ProtoMessage();
        foreach (var trace in result.Traces)
            message.Delimited(1, Trace(trace).Bytes);
        message.Delimited(2, Metrics(result.TracesInspected, result.SpansInspected).Bytes);
        return message;
    }

    public static ProtoMessage Range(QueryAnswer<TraceMetrics> answer)
    {
        var message = new ProtoMessage();
        foreach (var series in answer.Value!.Series)
        {
            var one = Labels(series.Labels);
            foreach (var (timestamp, value) in series.Points)
            {
                var sample = new ProtoMessage();
                Double(sample, 1, value);
                sample.Number(2, (ulong)timestamp);
                one.Delimited(2, sample.Bytes);
            }
            foreach (var exemplar in series.Exemplars)
            {
                var shown = Labels(exemplar.Labels);
                Double(shown, 2, exemplar.Value);
                shown.Number(3, (ulong)exemplar.TimestampMs);
                one.Delimited(4, shown.Bytes);
            }
            message.Delimited(1, one.Bytes);
        }
        End(message, answer);
        return message;
    }

    public static ProtoMessage Instant(QueryAnswer<TraceMetrics> answer)
    {
        var message = new ProtoMessage();
        foreach (var series in answer.Value!.Series)
        {
            var one = Labels(series.Labels);
            Double(one, 2, series.Points[0].Value);
            message.Delimited(1, one.Bytes);
        }
        End(message, answer);
        return message;
    }

    /// <summary>SearchTagsResponse and SearchTagValuesResponse alike.</summary>
    public static ProtoMessage Texts(IEnumerable<string> texts)
    {
        var message = new ProtoMessage();
        foreach (var text in texts)
            message.Delimited(1, Encoding.UTF8.GetBytes(text));
        return message;
    }

    public static ProtoMessage Scopes(IEnumerable<KeyValuePair<string, IReadOnlyCollection<string>>> scopes)
    {
        var message = new ProtoMessage();
        foreach (var (name, tags) in scopes)
        {
            var scope = new ProtoMessage();
            Text(scope, 1, name);
            foreach (var tag in tags)
                scope.Delimited(2, Encoding.UTF8.GetBytes(tag));
            message.Delimited(1, scope.Bytes);
        }
        return message;
    }

    public static ProtoMessage Values(IEnumerable<(string Type, string Value)> values)
    {
        var message = new ProtoMessage();
        foreach (var (type, value) in values)
        {
            var tag = new ProtoMessage();
            Text(tag, 1, type);
            Text(tag, 2, value);
            message.Delimited(1, tag.Bytes);
        }
        return message;
    }

    private static ProtoMessage Trace(FoundTrace trace)
    {
        var message = new ProtoMessage();
        Text(message, 1, trace.TraceId.ToString());
        Text(message, 2, trace.RootServiceName);
        Text(message, 3, trace.RootName);
        message.Number(4, (ulong)trace.StartUnixNano);
        message.Number(5, (ulong)(trace.DurationNanos / 1_000_000));
        message.Delimited(6, Spanset(trace.Spansets[0]).Bytes);
        foreach (var set in trace.Spansets)
            message.Delimited(7, Spanset(set).Bytes);
        foreach (var service in trace.Services)
        {
            var counts = new ProtoMessage();
            counts.Number(1, (ulong)service.SpanCount);
            counts.Number(2, (ulong)service.ErrorCount);
            var entry = new ProtoMessage();
            Text(entry, 1, service.Name);
            entry.Delimited(2, counts.Bytes);
            message.Delimited(8, entry.Bytes);
        }
        return message;
    }

    private static ProtoMessage Spanset(FoundSpanset set)
    {
        var message = new ProtoMessage();
        foreach (var span in set.Spans)
        {
            var one = new ProtoMessage();
            Text(one, 1, span.SpanId.ToString());
            Text(one, 2, span.Name);
            one.Number(3, (ulong)span.StartUnixNano);
            one.Number(4, (ulong)span.DurationNanos);
            foreach (var (key, value) in TempoSearch.AttributesOf(span))
                one.Delimited(5, Label(key, value).Bytes);
            message.Delimited(1, one.Bytes);
        }
        message.Number(2, (ulong)set.Matched);
        foreach (var (text, value) in set.By)
            message.Delimited(3, Label($"by({text})", value).Bytes);
        return message;
    }

    private static void End(ProtoMessage message, QueryAnswer<TraceMetrics> answer)
    {
        message.Delimited(2, Metrics(answer.Value!.TracesInspected, answer.Value.SpansInspected).Bytes);
        message.Number(3, answer.Warnings.Count > 0 ? 1UL : 0);
        Text(message, 4, string.Join("; ", answer.Warnings));
    }

    private static ProtoMessage Metrics(int traces, long spans)
    {
        var message = new ProtoMessage();
        message.Number(1, (ulong)traces);
        message.Number(4, 1);
        message.Number(5, 1);
        message.Number(7, (ulong)spans);
        return message;
    }

    private static ProtoMessage Labels(IReadOnlyList<KeyValuePair<string, TraceValue>> labels)
    {
        var message = new ProtoMessage();
        foreach (var (key, value) in labels)
            message.Delimited(1, Label(key, value).Bytes);
        return message;
    }

    private static ProtoMessage Label(string key, TraceValue value)
    {
        var message = new ProtoMessage();
        Text(message, 1, key);
        message.Delimited(2, Value(value).Bytes);
        return message;
    }

    // OTLP's AnyValue.
    private static ProtoMessage Value(TraceValue value)
    {
        var message = new ProtoMessage();
        switch (value.Type)
        {
            case TraceValueKind.Bool:
                message.Member(2, (ulong)value.Whole);
                break;
            case TraceValueKind.Int or TraceValueKind.Duration:
                message.Member(3, (ulong)value.Whole);
                break;
            case TraceValueKind.Float:
                message.MemberFixed64(4, BitConverter.DoubleToUInt64Bits(value.Float));
                break;
            case TraceValueKind.List or TraceValueKind.Each:
                var array = new ProtoMessage();
                foreach (var item in value.Items!)
                    array.Delimited(1, Value(item).Bytes);
                message.Delimited(5, array.Bytes);
                break;
            default:
                message.Delimited(1, Encoding.UTF8.GetBytes(value.ToString()));
                break;
        }
        return message;
    }

    private static void Text(ProtoMessage message, int field, string text) => message.Text(field, Encoding.UTF8.GetBytes(text));

    private static void Double(ProtoMessage message, int field, double value) => message.Fixed64(field, BitConverter.DoubleToUInt64Bits(value));
}
