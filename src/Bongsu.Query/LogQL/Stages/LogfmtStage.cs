using Bongsu.Query.LogQL.Parsing;

namespace Bongsu.Query.LogQL.Stages;

/// <summary>
/// <c>logfmt [--strict] [--keep-empty] [name="key", …]</c>: pairs of <c>key=value</c> become labels, all of them or the named ones. Malformed pairs
/// are skipped, or end the line with an error when strict.
/// </summary>
internal sealed class LogfmtStage(bool strict, bool keepEmpty, IReadOnlyList<(string Name, string Key)> wanted) : LineStage
{
    /// <summary>Whether every pair becomes a label of its own key.</summary>
    public bool TakesAll => wanted.Count == 0;

    public override bool Process(LineState line)
    {
        if (line.WantsNothing)
            return true;
        var reader = new LogfmtReader(line.Line);
        while (reader.Read())
        {
            if (reader.Problem is { } problem)
            {
                if (!strict)
                    continue;
                line.Fail(ErrorLabels.Logfmt, problem);
                break;
            }
            Take(line, reader.Key, reader.Value);
        }
        foreach (var (name, _) in wanted)
        {
            if (!line.TryGet(name, out _))
                line.Extract(name, name, "");
        }
        return true;
    }

    public override string ToString()
    {
        var text = "| logfmt" + (strict ? " --strict" : "") + (keepEmpty ? " --keep-empty" : "");
        return wanted.Count == 0 ? text : $"{text} {string.Join(',', wanted.Select(w => $"{w.Name}={LogQlText.Quote(w.Key)}"))}";
    }

    private void Take(LineState line, string key, string value)
    {
        if (wanted.Count == 0)
        {
            if (value.Length > 0 || keepEmpty)
                line.Extract(key, LabelNaming.Sanitize(key), value);
            return;
        }
        foreach (var (name, from) in wanted)
        {
            if (from == key)
                line.Extract(key, name, value);
        }
    }
}
