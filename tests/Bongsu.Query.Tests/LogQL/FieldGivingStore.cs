using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Bongsu.Telemetry;
using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Logs;
using Bongsu.Telemetry.Metrics;
using Bongsu.Telemetry.Spans;
using Bongsu.Testing;

namespace Bongsu.Query.Tests.LogQL;

/// <summary>
/// A store that takes every hint of a selection: it drops what cannot be wanted, gives values in place of JSON bodies where it may, and only few records at a
/// time. Queries over it answer as over one that takes none.
/// </summary>
internal sealed class FieldGivingStore : ITelemetryStore, ILogStore
{
    private const int RecordsPerBatch = 3;

    private readonly MemoryStore _memory = new();

    public StoreCapabilities Capabilities => _memory.Capabilities;
    public IMetricStore Metrics => _memory;
    public ILogStore Logs => this;
    public ISpanStore Spans => _memory;
    public StoreStatus Status => _memory.Status;

    /// <summary>Records that came without their body.</summary>
    public int Given { get; private set; }

    public ValueTask<AppendResult> AppendAsync(LogBatch batch, CancellationToken cancellationToken) => _memory.AppendAsync(batch, cancellationToken);

    public async IAsyncEnumerable<LogBatch> SelectAsync(LogSelect select, ICollection<string> warnings, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var batch in _memory.Logs.SelectAsync(select, warnings, cancellationToken))
        {
            var part = new LogBatch();
            for (var row = 0; row < batch.Count; row++)
            {
                Copy(select, batch, row, part);
                if (part.Count < RecordsPerBatch && row < batch.Count - 1)
                    continue;
                yield return part;
                // A batch is valid until the next one is asked for.
                part.Clear();
            }
        }
    }

    public ValueTask<IReadOnlyList<LabelSet>> StreamsAsync(LogSelect select, CancellationToken cancellationToken) => _memory.Logs.StreamsAsync(select, cancellationToken);

    public ValueTask DeleteAsync(LogDeletion deletion, CancellationToken cancellationToken) => _memory.Logs.DeleteAsync(deletion, cancellationToken);

    public ValueTask<IReadOnlyList<LogDeletion>> DeletionsAsync(CancellationToken cancellationToken) => _memory.Logs.DeletionsAsync(cancellationToken);

    public ValueTask DisposeAsync() => _memory.DisposeAsync();

    private void Copy(LogSelect select, LogBatch from, int row, LogBatch to)
    {
        var body = Encoding.UTF8.GetBytes(from.BodyText(row));
        if (select.Needles?.All(n => body.AsSpan().IndexOf(n.Span) >= 0) == false || select.Expressions?.All(e => e.Matches(body)) == false)
            return;
        var fields = FieldsOf(body);
        if (fields is not null && select.Fields?.All(c => Passes(c, ValueOf(from, row, fields, c.Name))) == false)
            return;
        BatchCopy.Log(from, from.Records[row], to);
        if (fields is null || select.OnlyFields is not { } only)
            return;
        Given++;
        to.FieldCount = only.Count;
        ref var record = ref to.Records.Mutable[^1];
        record.Body = default;
        record.FieldsAt = to.FieldValues.Count + 1;
        foreach (var name in only)
            to.FieldValues.Add(fields.TryGetValue(name, out var value) ? to.Arena.Append(value) : new Slice(0, -1));
    }

    private static bool Passes(FieldCondition condition, string? value)
    {
        if (condition.Text is { } text)
            return text.Matches(value ?? "");
        return value is not null && (!double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) || condition.Passes(number));
    }

    private static string? ValueOf(LogBatch batch, int row, Dictionary<string, string> fields, string name)
    {
        var record = batch.Records[row];
        return LabelSet.FromCanonical(batch.StreamLabels(record.Stream)).Get(name)
            ?? batch.Attributes.FindString(record.Attributes, Encoding.UTF8.GetBytes(name)) ?? fields.GetValueOrDefault(name);
    }

    // Null when the body is no object, or one in which two keys make the same name.
    private static Dictionary<string, string>? FieldsOf(byte[] body)
    {
        var fields = new Dictionary<string, string>();
        try
        {
            using var document = JsonDocument.Parse(body);
            return document.RootElement.ValueKind == JsonValueKind.Object && TryAdd(document.RootElement, "", fields) ? fields : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static bool TryAdd(JsonElement element, string prefix, Dictionary<string, string> fields)
    {
        foreach (var property in element.EnumerateObject())
        {
            var name = prefix + property.Name;
            if (!name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_') || char.IsAsciiDigit(name[0]))
                return false;
            if (property.Value.ValueKind == JsonValueKind.Object)
            {
                if (!TryAdd(property.Value, name + "_", fields))
                    return false;
            }
            else if (property.Value.ValueKind is not (JsonValueKind.Array or JsonValueKind.Null)
                && !fields.TryAdd(name, property.Value.ValueKind == JsonValueKind.String ? property.Value.GetString()! : property.Value.GetRawText()))
            {
                return false;
            }
        }
        return true;
    }
}
