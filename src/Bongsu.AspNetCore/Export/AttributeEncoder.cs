using System.Collections;
using System.Globalization;

namespace Bongsu.AspNetCore.Export;

/// <summary>Writes attributes as OTLP KeyValue and AnyValue, within the limits on count, length and array size. Addresses lose their query and credentials.</summary>
internal sealed class AttributeEncoder(ExportOptions limits)
{
    // Bounds arrays, which no option limits: more elements than this say nothing to a reader.
    private const int MaxElements = 128;

    public void Resource(ProtoWriter writer, int field, IReadOnlyList<KeyValuePair<string, object?>> attributes)
    {
        var resource = writer.Begin(field);
        foreach (var (key, value) in attributes)
            Attribute(writer, 1, key, value);
        writer.End(resource);
    }

    public static void Scope(ProtoWriter writer, int field, string name, string? version)
    {
        var scope = writer.Begin(field);
        writer.Text(1, name);
        if (!string.IsNullOrEmpty(version))
            writer.Text(2, version);
        writer.End(scope);
    }

    /// <summary>Returns how many attributes were left out.</summary>
    public uint All(ProtoWriter writer, int field, IEnumerable<KeyValuePair<string, object?>> attributes)
    {
        var kept = 0;
        uint dropped = 0;
        foreach (var (key, value) in attributes)
        {
            if (kept >= limits.MaxAttributes)
                dropped++;
            else if (Attribute(writer, field, key, value))
                kept++;
        }
        return dropped;
    }

    public bool Attribute(ProtoWriter writer, int field, string key, object? value)
    {
        if (value is null || string.IsNullOrEmpty(key) || AddressRedaction.IsQuery(key))
            return false;
        var pair = writer.Begin(field);
        writer.Text(1, key);
        Any(writer, 2, AddressRedaction.IsAddress(key) ? AddressRedaction.Strip(TextOf(value)) : value, 0);
        writer.End(pair);
        return true;
    }

    public void Any(ProtoWriter writer, int field, object? value, int depth)
    {
        var any = writer.Begin(field);
        switch (value)
        {
            case null: break;
            case string text: writer.Text(1, Cut(text)); break;
            case bool truth: writer.Varint(2, truth ? 1UL : 0UL); break;
            case long or int or short or sbyte or byte or ushort or uint:
                writer.Varint(3, (ulong)Convert.ToInt64(value, CultureInfo.InvariantCulture));
                break;
            case double or float:
                writer.Double(4, Convert.ToDouble(value, CultureInfo.InvariantCulture));
                break;
            case byte[] bytes: writer.Bytes(7, bytes.AsSpan(0, Math.Min(bytes.Length, limits.MaxValueLength))); break;
            case IEnumerable elements when depth == 0: Array(writer, elements); break;
            default: writer.Text(1, Cut(TextOf(value))); break;
        }
        writer.End(any);
    }

    private void Array(ProtoWriter writer, IEnumerable elements)
    {
        var array = writer.Begin(5);
        var count = 0;
        foreach (var element in elements)
        {
            if (++count > MaxElements)
                break;
            Any(writer, 1, element, 1);
        }
        writer.End(array);
    }

    private ReadOnlySpan<char> Cut(string text) => text.AsSpan(0, Math.Min(text.Length, limits.MaxValueLength));

    private static string TextOf(object value)
    {
        try
        {
            return value as string ?? Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";
        }
        catch (Exception e)
        {
            // Why: a ToString of the service's own types may throw, and must not cost the batch.
            return $"({value.GetType().Name}: {e.GetType().Name})";
        }
    }
}
