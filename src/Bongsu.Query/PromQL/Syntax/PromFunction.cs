namespace Bongsu.Query.PromQL.Syntax;

/// <summary>A parameter of a function, by the name its documentation gives it.</summary>
public readonly record struct PromParameter(string Name, PromType Type);

/// <summary>The signature of a function, and what it does in one line.</summary>
/// <param name="Name">As it is called.</param>
/// <param name="Returns">The type of its result.</param>
/// <param name="Parameters">In order.</param>
/// <param name="Variadic">
/// 0: all parameters are needed. Else the last may be left out; it may be given this many times, or without limit when negative.
/// </param>
/// <param name="IsExperimental">Only to be had with <see cref="PromQlOptions.Experimental"/>.</param>
/// <param name="Help">One line.</param>
public sealed record PromFunction(string Name, PromType Returns, IReadOnlyList<PromParameter> Parameters, int Variadic, bool IsExperimental, string Help)
{
    /// <summary>Fewest arguments.</summary>
    public int Least => Variadic == 0 ? Parameters.Count : Parameters.Count - 1;

    /// <summary>Most arguments.</summary>
    public int Most => Variadic < 0 ? int.MaxValue : Variadic == 0 ? Parameters.Count : Parameters.Count - 1 + Variadic;

    /// <summary>As documentation writes it: <c>round(v instant-vector, to_nearest scalar = …)</c>.</summary>
    public string Signature
    {
        get
        {
            var parameters = Parameters.Select((p, i) =>
                $"{p.Name} {TypeWord(p.Type)}{(Variadic == 0 || i + 1 < Parameters.Count ? "" : Variadic == 1 ? " (optional)" : ", …")}");
            return $"{Name}({string.Join(", ", parameters)}) {TypeWord(Returns)}";
        }
    }

    private static string TypeWord(PromType type) => type.Documented().Replace(' ', '-');
}
