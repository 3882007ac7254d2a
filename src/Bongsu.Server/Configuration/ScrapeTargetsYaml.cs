using Bongsu.Ingest.Scrape.Discovery;
using Bongsu.Ingest.Scrape.Jobs;
using Bongsu.Response.Configuration;

namespace Bongsu.Server.Configuration;

/// <summary>Target groups as YAML: those of static_configs, and the files of file_sd_configs.</summary>
internal static class ScrapeTargetsYaml
{
    /// <summary>The groups of a file.</summary>
    /// <exception cref="FormatException">With all that is wrong with it.</exception>
    public static IReadOnlyList<TargetGroup> Parse(string file, string text)
    {
        var problems = new List<ConfigProblem>();
        var groups = YamlText.ReadList(Path.GetFileName(file), text, problems).Select(map => Group(map, file)).OfType<TargetGroup>().ToList();
        return problems.Count == 0 ? groups : throw new FormatException(string.Join("; ", problems.Take(5)));
    }

    public static TargetGroup? Group(YamlMap map, string source)
    {
        var targets = map.Texts("targets").ConvertAll(t => t.Text);
        var labels = map.TextMap("labels");
        map.End();
        if (TargetGroupCheck.Problem(targets, labels) is not { } problem)
            return new TargetGroup(source, targets, labels);
        map.Report("targets", problem, "correct it");
        return null;
    }
}
