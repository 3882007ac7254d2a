using System.Text;
using Bongsu.Telemetry.Labels;

namespace Bongsu.Query.LogQL.Evaluation;

/// <summary>
/// Behind a parser a label must equal a text: a line without the text, in which nothing is escaped, cannot give the label that value, so it need not be taken
/// apart unless the record has the label already.
/// </summary>
internal sealed record ValueCheck(LabelMatcher Matcher)
{
    private readonly byte[] _value = Encoding.UTF8.GetBytes(Matcher.Value);

    public bool IsPossible(ReadOnlySpan<byte> line) => line.IndexOf(_value) >= 0 || line.Contains((byte)'\\');
}
