using System.Text.Unicode;
using Bongsu.Telemetry;

namespace Bongsu.Ingest.Decode.Prometheus;

/// <summary>
/// The labels of one series or exemplar of a remote write request, under the limits. The first rule that is broken is kept as the refusal.
/// Not thread-safe; allocates nothing after warm-up while no rule is broken.
/// </summary>
internal sealed class WriteLabels(IngestLimits limits)
{
    private readonly LabelBuffer _labels = new();

    /// <summary>What is wrong; null when all is well.</summary>
    public string? Refusal { get; private set; }

    public RejectReason Reason { get; private set; }

    /// <summary>More labels need not be read: the limit is met.</summary>
    public bool IsFull => _labels.Count > limits.LabelsPerSeries;

    public void Clear()
    {
        _labels.Clear();
        Refusal = null;
    }

    public void Add(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        if (name.IsEmpty)
            Refuse(RejectReason.Invalid, "a label has no name");
        else if (name.Length > limits.LabelNameBytes)
            Refuse(RejectReason.TooLarge, $"label name of {name.Length} bytes; the limit is {limits.LabelNameBytes}");
        else if (value.Length > limits.LabelValueBytes)
            Refuse(RejectReason.TooLarge, $"label '{Text.Preview(name)}' has a value of {value.Length} bytes; the limit is {limits.LabelValueBytes}");
        else if (!Utf8.IsValid(name) || !Utf8.IsValid(value))
            Refuse(RejectReason.Invalid, $"label '{Text.Preview(name)}' is not valid UTF-8");
        else
            _labels.Add(name, value);
    }

    public void Refuse(RejectReason reason, string detail)
    {
        if (Refusal is not null)
            return;
        Refusal = detail;
        Reason = reason;
    }

    /// <summary>The canonical bytes of the labels of a series, valid until the next call; false when a rule is broken.</summary>
    public bool TrySeries(out ReadOnlySpan<byte> canonical)
    {
        canonical = default;
        var name = _labels.Find("__name__"u8);
        if (IsFull)
            Refuse(RejectReason.TooLarge, $"a series has more than {limits.LabelsPerSeries} labels, which is the limit");
        else if (name < 0 || _labels.Value(name).IsEmpty)
            Refuse(RejectReason.Invalid, "a series has no metric name (label __name__)");
        return TryCanonical(out canonical);
    }

    /// <summary>As <see cref="TrySeries"/>, without a name.</summary>
    public bool TryCanonical(out ReadOnlySpan<byte> canonical)
    {
        canonical = default;
        if (Refusal is null && !_labels.Canonical(out canonical))
        {
            var name = _labels.Find("__name__"u8);
            Refuse(RejectReason.Invalid, $"series '{(name < 0 ? "" : Text.Preview(_labels.Value(name)))}' has two labels of one name");
        }
        return Refusal is null;
    }
}
