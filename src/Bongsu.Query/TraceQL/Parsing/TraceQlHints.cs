namespace Bongsu.Query.TraceQL.Parsing;

/// <summary>What <c>with(…)</c> asks for; a hint that is not known is ignored, as Tempo does. Immutable.</summary>
internal sealed record TraceQlHints
{
    public static readonly TraceQlHints None = new();

    /// <summary>The newest traces by their start, whatever it costs.</summary>
    public bool MostRecent { get; init; }

    /// <summary>Null: as the request says.</summary>
    public bool? Exemplars { get; init; }

    /// <summary>Most exemplars, when the hint is a number.</summary>
    public int? MaxExemplars { get; init; }

    /// <summary>Count each span for those that its sampler left out (probability of the W3C trace state).</summary>
    public bool Extrapolate { get; init; }

    /// <summary>A sample was asked for; it is answered exactly.</summary>
    public bool Sample { get; init; }

    public TraceQlHints With(string name, TraceValue value) => name switch
    {
        "most_recent" => this with { MostRecent = value.IsTrue },
        "exemplars" when value.Type == TraceValueKind.Int => this with { Exemplars = value.Whole > 0, MaxExemplars = (int)Math.Clamp(value.Whole, 0, int.MaxValue) },
        "exemplars" => this with { Exemplars = value.IsTrue },
        "extrapolate" => this with { Extrapolate = value.IsTrue },
        "sample" or "span_sample" or "trace_sample" => this with { Sample = value is { Type: not TraceValueKind.Bool } or { IsTrue: true } },
        _ => this,
    };
}
