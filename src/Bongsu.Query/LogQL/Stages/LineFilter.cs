using System.Text;
using Bongsu.Query.LogQL.Parsing;

namespace Bongsu.Query.LogQL.Stages;

/// <summary><c>|= != |~ !~ |&gt; !&gt;</c>: keeps lines in which any of the probes is found, or none of them.</summary>
internal sealed class LineFilter(string operation, IReadOnlyList<LineProbe> probes) : LineStage
{
    private readonly bool _negate = operation[0] == '!';

    /// <summary>What every line that passes must contain, or null: the hint for the store.</summary>
    public ReadOnlyMemory<byte>? Needle => !_negate && probes is [{ Required.Length: > 0 } only] ? Encoding.UTF8.GetBytes(only.Required) : null;

    public override bool Process(LineState line)
    {
        for (var i = 0; i < probes.Count; i++)
        {
            if (probes[i].Matches(line))
                return !_negate;
        }
        return _negate;
    }

    public override string ToString() => $"{operation} {string.Join(" or ", probes)}";
}
