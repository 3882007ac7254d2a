using System.Text;
using Bongsu.Telemetry;
using Bongsu.Telemetry.Labels;

namespace Bongsu.Query.PromQL.Evaluation;

/// <summary>Keeps the labels of some names, or all but those and the metric name. Results of equal sets are equal: they are keys of groups. Not thread-safe.</summary>
internal sealed class LabelProjection
{
    private readonly byte[][] _names;
    private readonly bool _keep;
    private readonly GroupIndex _results;
    private byte[] _buffer = new byte[256];

    private LabelProjection(IEnumerable<string> names, bool keep)
    {
        _names = [.. names.Distinct(StringComparer.Ordinal).Select(Encoding.UTF8.GetBytes)];
        _keep = keep;
        _results = new GroupIndex(this);
    }

    /// <summary>All label sets become the empty one.</summary>
    public bool KeepsNothing => _keep && _names.Length == 0;

    public static LabelProjection Keeping(IEnumerable<string> names) => new(names, true);

    public static LabelProjection Dropping(IEnumerable<string> names) => new([.. names, LabelNames.MetricName], false);

    public LabelSet Of(LabelSet labels) => KeepsNothing ? LabelSet.Empty : _results.Labels(_results.Of(labels));

    /// <summary>The canonical bytes of what is kept; valid until the next call.</summary>
    public ReadOnlySpan<byte> Project(LabelSet labels)
    {
        if (_buffer.Length < labels.Bytes.Length)
            _buffer = new byte[labels.Bytes.Length * 2];
        var length = 0;
        foreach (var label in labels)
        {
            if (Has(label.Name) != _keep)
                continue;
            // What is left out leaves the rest in order, so that the bytes are canonical as they are.
            Put(label.Name, ref length);
            Put(label.Value, ref length);
        }
        return _buffer.AsSpan(0, length);
    }

    /// <summary>Without the metric name, and without type and unit, which belong to it.</summary>
    public static LabelSet WithoutName(LabelSet labels)
    {
        if (!labels.TryGet("__name__"u8, out _) && !labels.TryGet("__type__"u8, out _) && !labels.TryGet("__unit__"u8, out _))
            return labels;
        return LabelSet.FromCanonical(Dropping(["__type__", "__unit__"]).Project(labels));
    }

    private bool Has(ReadOnlySpan<byte> name)
    {
        foreach (var known in _names)
        {
            if (name.SequenceEqual(known))
                return true;
        }
        return false;
    }

    private void Put(ReadOnlySpan<byte> text, ref int length)
    {
        length += Varint.Write(_buffer.AsSpan(length), (ulong)text.Length);
        text.CopyTo(_buffer.AsSpan(length));
        length += text.Length;
    }
}
