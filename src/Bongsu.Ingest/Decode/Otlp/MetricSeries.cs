using Bongsu.Telemetry;
using Bongsu.Telemetry.Events;
using Bongsu.Telemetry.Labels;
using Bongsu.Telemetry.Metrics;

namespace Bongsu.Ingest.Decode.Otlp;

/// <summary>
/// Builds the label sets of the series of one request: the labels of the resource are made once and kept below those of each point. Not thread-safe.
/// </summary>
internal sealed class MetricSeries(AttributeDecoder attributes, IngestLimits limits)
{
    private readonly LabelBuffer _labels = new();
    private readonly ByteBuffer _name = new();
    private readonly AttributeTable _table = new(new ByteArena());
    private readonly List<int> _order = [];
    private (int Labels, int Bytes) _resourceEnd;
    private (int Labels, int Bytes) _pointEnd;

    /// <summary>Why the last <c>false</c>.</summary>
    public string? Fault { get; private set; }

    public RejectReason FaultReason { get; private set; }

    public bool IsMalformed { get; private set; }

    /// <summary>Size of the labels that every series of the present point has.</summary>
    public int PointBytes => _pointEnd.Bytes;

    /// <summary>Begins a resource: job, instance and the promoted labels stand on every series of it.</summary>
    public bool BeginResource(ReadOnlySpan<byte> resource)
    {
        _labels.Clear();
        if (!ReadAttributes(resource, attributesField: 1))
            return false;
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

    /// <summary>The series of target_info: all attributes of the resource as labels; false when it has none beyond its identity.</summary>
    public bool TryTargetInfo(out ReadOnlySpan<byte> canonical)
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
        _labels.Add("__name__"u8, "target_info"u8);
        return has && _labels.Canonical(out canonical);
    }

    /// <summary>Begins a point: its attributes become labels. False names the fault.</summary>
    public bool BeginPoint(ReadOnlySpan<byte> point, int attributesField)
    {
        _labels.Return(_resourceEnd);
        if (!ReadAttributes(point, attributesField))
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
        return true;
    }

    /// <summary>Adds the series of this point with a name, and one more label if it has one, to the batch.</summary>
    public int Add(MetricBatch batch, ReadOnlySpan<byte> name, ReadOnlySpan<byte> extraName = default, ReadOnlySpan<byte> extraValue = default) =>
        batch.AddSeries(Canonical(name, extraName, extraValue));

    public LabelSet ToLabelSet(ReadOnlySpan<byte> name, ReadOnlySpan<byte> extraName = default, ReadOnlySpan<byte> extraValue = default) =>
        LabelSet.FromCanonical(Canonical(name, extraName, extraValue));

    private ReadOnlySpan<byte> Canonical(ReadOnlySpan<byte> name, ReadOnlySpan<byte> extraName, ReadOnlySpan<byte> extraValue)
    {
        _labels.Return(_pointEnd);
        _labels.Add("__name__"u8, name);
        if (!extraName.IsEmpty)
            _labels.Add(extraName, extraValue);
        if (!_labels.Canonical(out var canonical))
            throw new InvalidOperationException("BUG: a label name occurs twice in a series built from attributes.");
        return canonical;
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
