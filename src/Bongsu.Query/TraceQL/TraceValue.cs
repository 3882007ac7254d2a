using System.Globalization;

namespace Bongsu.Query.TraceQL;

/// <summary>Types of TraceQL values.</summary>
public enum TraceValueKind : byte
{
    /// <summary>There is none.</summary>
    Nil,
    String,
    Int,
    Float,
    Bool,
    /// <summary>Nanoseconds.</summary>
    Duration,
    Status,
    Kind,
    /// <summary>An array: what is not negated holds when one item passes, != and !~ when no item fails.</summary>
    List,
    /// <summary>One value for each event or link of a span; a condition holds when it holds for one of them.</summary>
    Each,
}

/// <summary>A TraceQL value.</summary>
public readonly record struct TraceValue
{
    private static readonly string[] Statuses = ["unset", "ok", "error"];
    private static readonly string[] Kinds = ["unspecified", "internal", "server", "client", "producer", "consumer"];

    public TraceValueKind Type { get; private init; }

    /// <summary>Int, Bool (0 or 1), Duration, Status and Kind (OTLP's numbers).</summary>
    public long Whole { get; private init; }

    public double Float { get; private init; }

    public string? Text { get; private init; }

    public IReadOnlyList<TraceValue>? Items { get; private init; }

    public static TraceValue OfText(string text) => new() { Type = TraceValueKind.String, Text = text };
    public static TraceValue OfInt(long value) => new() { Type = TraceValueKind.Int, Whole = value };
    public static TraceValue OfFloat(double value) => new() { Type = TraceValueKind.Float, Float = value };
    public static TraceValue OfBool(bool value) => new() { Type = TraceValueKind.Bool, Whole = value ? 1 : 0 };
    public static TraceValue OfDuration(long nanos) => new() { Type = TraceValueKind.Duration, Whole = nanos };
    public static TraceValue OfStatus(long status) => new() { Type = TraceValueKind.Status, Whole = status };
    public static TraceValue OfKind(long kind) => new() { Type = TraceValueKind.Kind, Whole = kind };
    public static TraceValue OfList(IReadOnlyList<TraceValue> items) => new() { Type = TraceValueKind.List, Items = items };
    public static TraceValue OfEach(IReadOnlyList<TraceValue> items) => new() { Type = TraceValueKind.Each, Items = items };

    public bool IsNumber => Type is TraceValueKind.Int or TraceValueKind.Float or TraceValueKind.Duration;

    public bool IsTrue => Type == TraceValueKind.Bool && Whole != 0;

    public double AsDouble => Type == TraceValueKind.Float ? Float : Whole;

    public bool Equals(TraceValue other) => Type == other.Type && Whole == other.Whole && Float.Equals(other.Float) && Text == other.Text
        && (Items is null ? other.Items is null : other.Items is not null && Items.SequenceEqual(other.Items));

    public override int GetHashCode() => HashCode.Combine(Type, Whole, Float, Text, Items?.Count);

    /// <summary>As queries write it, strings without quotes.</summary>
    public override string ToString() => Type switch
    {
        TraceValueKind.String => Text!,
        TraceValueKind.Float => Float.ToString("R", CultureInfo.InvariantCulture),
        TraceValueKind.Bool => Whole != 0 ? "true" : "false",
        TraceValueKind.Status => Name(Statuses, Whole),
        TraceValueKind.Kind => Name(Kinds, Whole),
        TraceValueKind.List or TraceValueKind.Each => string.Join(", ", Items!),
        TraceValueKind.Nil => "nil",
        _ => Whole.ToString(CultureInfo.InvariantCulture),
    };

    public static bool TryStatus(string name, out TraceValue value)
    {
        var index = Array.IndexOf(Statuses, name);
        value = OfStatus(index);
        return index >= 0;
    }

    public static bool TryKind(string name, out TraceValue value)
    {
        var index = Array.IndexOf(Kinds, name);
        value = OfKind(index);
        return index >= 0;
    }

    private static string Name(string[] names, long index) => index >= 0 && index < names.Length ? names[index] : index.ToString(CultureInfo.InvariantCulture);
}
