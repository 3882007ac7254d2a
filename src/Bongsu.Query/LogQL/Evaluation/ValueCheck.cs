using Bongsu.Query.LogQL.Stages;

namespace Bongsu.Query.LogQL.Evaluation;

/// <summary>
/// Stands before a parser behind which a label must equal a text: a line without the text, in which nothing is escaped, cannot give the label that value, so
/// it need not be taken apart.
/// </summary>
internal sealed class ValueCheck(string label, byte[] value) : LineStage
{
    public override IEnumerable<string> ReadsLabels => [label];

    public override bool Process(LineState line) => line.TryGet(label, out _) || line.Utf8.IndexOf(value) >= 0 || line.Utf8.Contains((byte)'\\');

    public override string ToString() => "";
}
