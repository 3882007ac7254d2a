using System.Buffers.Binary;
using Bongsu.Query.LogQL.Stages;
using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Logs;

namespace Bongsu.Query.LogQL.Evaluation;

/// <summary>
/// Works out what records of one stream, resource and scope share, and remembers it by the bytes that it is made of: batches of one selection mostly hold
/// the same few. Not thread-safe.
/// </summary>
/// <param name="plan">Which labels matter.</param>
/// <param name="withDiscovered">Whether labels that no sender gave are shown.</param>
internal sealed class OriginCache(ScanPlan plan, bool withDiscovered)
{
    // Streams and resources come from outside and may be many: the cache starts over rather than grow.
    private const int MaxOrigins = 20_000;

    private readonly Dictionary<ulong, (byte[] Key, RecordOrigin Origin)> _known = [];
    private readonly FieldNames _names = new();
    private readonly ByteArena _key = new();

    public RecordOrigin Find(LogBatch batch, in LogRecord record)
    {
        WriteKey(batch, record);
        var hash = LabelHash.Of(_key.All);
        // Fast path.
        if (_known.TryGetValue(hash, out var known) && _key.All.SequenceEqual(known.Key))
            return known.Origin;
        if (_known.Count >= MaxOrigins)
            _known.Clear();
        var origin = Make(batch, record);
        _known[hash] = (_key.All.ToArray(), origin);
        return origin;
    }

    private void WriteKey(LogBatch batch, in LogRecord record)
    {
        _key.Clear();
        var stream = batch.StreamLabels(record.Stream);
        Write(stream.Length);
        _key.Append(stream);
        if (plan.Wanted is { Count: 0 })
            return;
        if (record.Scope >= 0)
        {
            var scope = batch.Scopes.Span[record.Scope];
            Write(batch, scope.Name);
            Write(batch, scope.Version);
            Write(batch, scope.Attributes);
        }
        Write(-1);
        if (record.Resource >= 0)
            Write(batch, batch.Resources.Span[record.Resource].Attributes);
    }

    private void Write(LogBatch batch, AttributeRange range)
    {
        for (var row = range.Start; row < range.Start + range.Count; row++)
        {
            Write(batch, batch.Attributes.Keys.Span[row]);
            var value = batch.Attributes.Values.Span[row];
            Write((int)value.Kind);
            Write((int)value.Bits);
            Write((int)(value.Bits >> 32));
            Write(batch, value.Payload);
        }
    }

    private void Write(LogBatch batch, Slice text)
    {
        Write(text.Length);
        _key.Append(batch.Arena.Get(text));
    }

    private void Write(int number)
    {
        BinaryPrimitives.WriteInt32LittleEndian(_key.Reserve(sizeof(int)), number);
        _key.Commit(sizeof(int));
    }

    private RecordOrigin Make(LogBatch batch, in LogRecord record)
    {
        var shown = StreamLabels.Visible(LabelSet.FromCanonical(batch.StreamLabels(record.Stream)), withDiscovered);
        var stream = shown.ToList().ConvertAll(l => LabelEntry.Shared(l.Name, l.Value, LabelCategory.Stream)).ToArray();
        return new RecordOrigin(stream, Fields(batch, record, stream), !HasAll(stream, plan.Wanted), HasAll(stream, plan.WantedOfFields)) { Level = DiscoveredFields.LevelOf(shown) };
    }

    // Errors are no labels that records bring along.
    private static bool HasAll(LabelEntry[] stream, HashSet<string>? wanted) =>
        wanted?.All(n => n is ErrorLabels.Error or ErrorLabels.Details || RecordOrigin.Find(stream, n) is not null) == true;

    // Resource attributes that made the stream are not said again as fields; what the scope says counts before what the resource does.
    private LabelEntry[] Fields(LogBatch batch, in LogRecord record, LabelEntry[] stream)
    {
        var fields = new List<LabelEntry>();
        if (plan.Wanted is { Count: 0 })
            return [];
        if (record.Scope >= 0)
        {
            var scope = batch.Scopes[record.Scope];
            AddTexts(batch, scope.Attributes, stream, fields);
            Add("scope_name", batch.Arena.GetString(scope.Name), !scope.Name.IsEmpty, stream, fields);
            Add("scope_version", batch.Arena.GetString(scope.Version), !scope.Version.IsEmpty, stream, fields);
        }
        if (record.Resource >= 0)
            AddTexts(batch, batch.Resources[record.Resource].Attributes, stream, fields);
        return [.. fields];
    }

    private void AddTexts(LogBatch batch, AttributeRange range, LabelEntry[] stream, List<LabelEntry> fields)
    {
        for (var row = range.Start; row < range.Start + range.Count; row++)
            Add(_names.Of(batch.Attributes.Key(row)), batch.Attributes.Text(row), true, stream, fields);
    }

    private void Add(string name, string value, bool isThere, LabelEntry[] stream, List<LabelEntry> fields)
    {
        var isWanted = isThere && plan.Wanted?.Contains(name) != false;
        if (isWanted && RecordOrigin.Find(stream, name) is null && !fields.Exists(f => f.Name == name))
            fields.Add(LabelEntry.Shared(name, value, LabelCategory.Metadata));
    }
}
