using System.Buffers.Binary;
using Bongsu.Ingest.Decode.Known;
using Bongsu.Telemetry;
using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Metrics;

namespace Bongsu.Ingest.Decode.Otlp;

/// <summary>
/// Names the series of one request: those that are known by the bytes of their resource and attributes, others by labels, of which those of the resource
/// are made once and kept below those of each point. Not thread-safe.
/// </summary>
internal sealed class MetricSeries(AttributeDecoder attributes, IngestLimits limits, SeriesLookup known)
{
    // Keys of other protocols begin with other bytes.
    private const byte KeyMark = 3;
    private const int FingerprintBytes = 16;

    private readonly byte[] _fingerprint = new byte[FingerprintBytes];
    private readonly ByteBuffer _resource = new();
    private readonly ByteBuffer _attributes = new();
    private readonly ByteBuffer _key = new();
    private readonly LabelBuffer _labels = new();
    private readonly ByteBuffer _name = new();
    private readonly AttributeTable _table = new(new ByteArena());
    private readonly List<int> _order = [];
    private (int Labels, int Bytes) _resourceEnd;
    private (int Labels, int Bytes) _pointEnd;
    private int _attributesField;
    private int _seriesCount;
    private bool _isResourceRead;
    private bool _isPointRead;
    private bool _isFound;

    private static ReadOnlySpan<byte> TargetInfo => "target_info"u8;

    /// <summary>Why the last <c>false</c>.</summary>
    public string? Fault { get; private set; }

    public RejectReason FaultReason { get; private set; }

    public bool IsMalformed { get; private set; }

    /// <summary>Begins a resource: job, instance and the promoted labels stand on every series of it. False names the fault.</summary>
    public bool BeginResource(ReadOnlySpan<byte> resource)
    {
        _resource.Clear();
        _resource.Append(resource);
        known.Fingerprint(resource, _fingerprint);
        _isResourceRead = false;
        _attributes.Clear();
        // A resource whose target_info is known has passed the checks; its attributes are read once a series of it is new.
        return known.Contains(Key(TargetInfo, ExtraLabel.OfResource)) || ReadResource();
    }

    /// <summary>
    /// Adds the series of target_info, all attributes of the resource as labels, to the batch; -1 when it has none beyond its identity.
    /// </summary>
    public int AddTargetInfo(MetricBatch batch)
    {
        _attributes.Clear();
        var key = Key(TargetInfo, ExtraLabel.OfResource);
        if (IsKnown(key))
            return known.AddFound(batch);
        if (!ReadResource() || !TryTargetInfo(out var canonical))
            return -1;
        var series = batch.AddSeries(canonical);
        known.AddMissed(series, key);
        return series;
    }

    /// <summary>Begins a point; <see cref="AddAttribute"/> tells its attributes, which are only read once a series of it is new.</summary>
    /// <param name="attributesField">The field of the attributes.</param>
    /// <param name="seriesCount">At most how many series it makes.</param>
    public void BeginPoint(int attributesField, int seriesCount)
    {
        (_attributesField, _seriesCount, _isPointRead) = (attributesField, seriesCount, false);
        _attributes.Clear();
    }

    public void AddAttribute(ReadOnlySpan<byte> keyValue)
    {
        _attributes.Commit(Varint.Write(_attributes.Reserve(Varint.MaxSize), (ulong)keyValue.Length));
        _attributes.Append(keyValue);
    }

    /// <summary>Finds the series of this point with a name, and one more label if it has one, or makes its labels. False names the fault.</summary>
    public bool TryFind(ReadOnlySpan<byte> point, ReadOnlySpan<byte> name, ExtraLabel extra, MetricBatch batch)
    {
        // Hot path: mostly one comparison with the key that came next the last time; 0 B/op (see OtlpMetricDecodeBenchmark, AllocationTests)
        _isFound = IsKnown(Key(name, extra));
        if (_isFound)
            return true;
        if (!_isPointRead && !ReadPoint(point, batch))
            return false;
        _labels.Return(_pointEnd);
        _labels.Add("__name__"u8, name);
        if (extra.Kind != ExtraLabel.None)
            _labels.Add(extra.Name, MetricNames.Number(extra.Value));
        if (!_labels.Canonical(out _))
            throw new InvalidOperationException("BUG: a label name occurs twice in a series built from attributes.");
        return true;
    }

    /// <summary>A keyed hash of the labels of what was found.</summary>
    public ulong FoundHash => _isFound ? known.FoundTag : known.Hash(_labels.LastCanonical);

    /// <summary>Adds what was found to the batch.</summary>
    public int AddFound(MetricBatch batch)
    {
        if (_isFound)
            return known.AddFound(batch);
        var series = batch.AddSeries(_labels.LastCanonical);
        known.AddMissed(series, _key.Span, FoundHash);
        return series;
    }

    private bool IsKnown(ReadOnlySpan<byte> key) =>
        key.Length <= SeriesCache.MaxKeyBytes && ((known.TryNext(key, out var length) && length == key.Length) || known.TryFind(key));

    /// <summary>What a series is named by: its resource, its metric, the label that tells the series of one point apart, and the attributes as they were sent.</summary>
    private ReadOnlySpan<byte> Key(ReadOnlySpan<byte> name, ExtraLabel extra)
    {
        _key.Clear();
        _key.Append(KeyMark);
        _key.Append(_fingerprint);
        _key.Commit(Varint.Write(_key.Reserve(Varint.MaxSize), (ulong)name.Length));
        _key.Append(name);
        _key.Append(extra.Kind);
        if (extra.Kind != ExtraLabel.None)
        {
            BinaryPrimitives.WriteDoubleLittleEndian(_key.Reserve(sizeof(double)), extra.Value);
            _key.Commit(sizeof(double));
        }
        _key.Append(_attributes.Span);
        return _key.Span;
    }

    private bool ReadResource()
    {
        _isResourceRead = false;
        _labels.Clear();
        if (!ReadAttributes(_resource.Span, attributesField: 1))
            return false;
        _isResourceRead = true;
        var identity = new Identity(_table, All);
        _labels.Add("service_name"u8, identity.Service.IsEmpty ? "unknown_service"u8 : Cut(identity.Service));
        if (!identity.VersionText.IsEmpty)
            _labels.Add("service_version"u8, Cut(identity.VersionText));
        if (!identity.EnvironmentText.IsEmpty)
            _labels.Add("deployment_environment_name"u8, Cut(identity.EnvironmentText));
        AddJob(identity);
        if (!identity.Instance.IsEmpty)
            _labels.Add("instance"u8, Cut(identity.Instance));
        _resourceEnd = _labels.Mark();
        return true;
    }

    private bool TryTargetInfo(out ReadOnlySpan<byte> canonical)
    {
        canonical = default;
        _labels.Return(_resourceEnd);
        var before = _labels.Count;
        for (var row = 0; row < _table.Count && _labels.Count < limits.LabelsPerSeries - 1; row++)
        {
            var key = _table.Key(row);
            if (key.SequenceEqual(ResourceKeys.ServiceName) || key.SequenceEqual(ResourceKeys.ServiceNamespace) || key.SequenceEqual(ResourceKeys.ServiceInstanceId))
                continue;
            MetricNames.Label(key, _name);
            if (_labels.Find(_name.Span) < 0 && _name.Length > 0)
                AddValue(row, join: false);
        }
        var has = _labels.Count > before || _labels.Find("service_version"u8) >= 0 || _labels.Find("deployment_environment_name"u8) >= 0;
        _labels.Add("__name__"u8, TargetInfo);
        return has && _labels.Canonical(out canonical);
    }

    /// <summary>Reads the attributes of the point, and those of the resource if need be, into labels.</summary>
    private bool ReadPoint(ReadOnlySpan<byte> point, MetricBatch batch)
    {
        if (!_isResourceRead && !ReadResource())
            return false;
        _labels.Return(_resourceEnd);
        if (!ReadAttributes(point, _attributesField))
            return false;
        SortByKey();
        foreach (var row in _order)
        {
            MetricNames.Label(_table.Key(row), _name);
            if (_name.Length == 0)
                continue;
            if (_name.Length > limits.LabelNameBytes)
                return Refuse(RejectReason.TooLarge, $"label name of {_name.Length} bytes; the limit is {limits.LabelNameBytes}");
            // The name and the labels that make a bucket or quantile are not for attributes.
            if (IsReserved(_name.Span))
                continue;
            if (!AddValue(row, join: true))
                return false;
        }
        if (_labels.Count > limits.LabelsPerSeries)
            return Refuse(RejectReason.TooLarge, $"{_labels.Count} labels on one series; the limit is {limits.LabelsPerSeries}");
        _pointEnd = _labels.Mark();
        // Why: each bucket repeats the labels of its point, and each point those of its resource.
        if (batch.Arena.Length + (long)_seriesCount * (_pointEnd.Bytes + limits.LabelNameBytes) > limits.SeriesBytesPerRequest)
            return Refuse(RejectReason.TooLarge, $"the labels of all series of the request are over the limit of {limits.SeriesBytesPerRequest} bytes; send smaller batches");
        _isPointRead = true;
        return true;
    }

    private AttributeRange All => new(0, _table.Count);

    private void AddJob(in Identity identity)
    {
        if (identity.Service.IsEmpty)
            return;
        _name.Clear();
        if (!identity.Namespace.IsEmpty)
        {
            _name.Append(identity.Namespace);
            _name.Append((byte)'/');
        }
        _name.Append(identity.Service);
        _labels.Add("job"u8, Cut(_name.Span));
    }

    private bool AddValue(int row, bool join)
    {
        var value = _table.Values[row];
        ReadOnlySpan<byte> text = value.Kind == AttributeKind.String ? _table.Arena.Get(value.Payload) : System.Text.Encoding.UTF8.GetBytes(_table.Text(row));
        if (text.Length > limits.LabelValueBytes)
        {
            if (join)
                return Refuse(RejectReason.TooLarge, $"label '{Text.Preview(_name.Span)}' has a value of {text.Length} bytes; the limit is {limits.LabelValueBytes}");
            text = Text.Cut(text, limits.LabelValueBytes);
        }
        var at = _labels.Find(_name.Span);
        if (!join || at < 0)
            _labels.Add(_name.Span, text);
        else if (at < _resourceEnd.Labels)
            // Promoted labels of the resource stay: whoever joins signals relies on them.
            return true;
        else if (_labels.Value(at).Length + text.Length >= limits.LabelValueBytes)
            return Refuse(RejectReason.TooLarge, $"label '{Text.Preview(_name.Span)}' joined from several attributes is over the limit of {limits.LabelValueBytes} bytes");
        else
            _labels.AddOrJoin(_name.Span, text);
        return true;
    }

    private static bool IsReserved(ReadOnlySpan<byte> name) => name.SequenceEqual("__name__"u8) || name.SequenceEqual("le"u8) || name.SequenceEqual("quantile"u8);

    private bool ReadAttributes(ReadOnlySpan<byte> message, int attributesField)
    {
        _table.Clear();
        _table.Arena.Clear();
        var dropped = 0;
        var fields = new ProtoReader(message);
        while (fields.Read())
        {
            if (fields.Field != attributesField || fields.Wire != ProtoWire.Bytes || attributes.Add(_table, 0, fields.Bytes, ref dropped))
                continue;
            return Refuse(attributes.FaultReason, attributes.Fault!, attributes.IsMalformed);
        }
        return dropped == 0 || Refuse(RejectReason.TooLarge, $"{_table.Count + dropped} attributes; the limit is {limits.AttributesPerRecord}");
    }

    private void SortByKey()
    {
        _order.Clear();
        for (var row = 0; row < _table.Count; row++)
        {
            var at = _order.Count;
            while (at > 0 && _table.Key(row).SequenceCompareTo(_table.Key(_order[at - 1])) < 0)
                at--;
            _order.Insert(at, row);
        }
    }

    private ReadOnlySpan<byte> Cut(ReadOnlySpan<byte> value) => Text.Cut(value, limits.LabelValueBytes);

    private bool Refuse(RejectReason reason, string fault, bool malformed = false)
    {
        (FaultReason, Fault, IsMalformed) = (reason, fault, malformed);
        return false;
    }
}
