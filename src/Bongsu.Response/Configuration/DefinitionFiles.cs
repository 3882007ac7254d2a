using Bongsu.Response.Catalog;
using Bongsu.Response.Notify;
using Bongsu.Response.Rules;
using Bongsu.Response.Runbooks;
using Bongsu.Response.Slos;

namespace Bongsu.Response.Configuration;

/// <summary>
/// Reads the configuration folder. All problems are found in one go; a file with a problem keeps what it last said well, so that a slip of the pen
/// switches no alert off. One reader at a time.
/// </summary>
public sealed class DefinitionFiles(string directory, BurnProfile? profileForAll, bool experimentalPromQl)
{
    private readonly Dictionary<string, object> _lastGood = [];

    public (ResponseDefinitions Definitions, IReadOnlyList<ConfigProblem> Problems) Read()
    {
        var problems = new List<ConfigProblem>();
        var slos = Folder("slos", ["*.yaml", "*.yml"], (file, text, found) => SloFile.Parse(file, text, found), problems).SelectMany(s => s).ToList();
        SloFile.CheckUnique(slos, problems);
        var definitions = new ResponseDefinitions
        {
            Slos = [.. slos.DistinctBy(s => s.Id)],
            RuleGroups = [.. Folder("rules", ["*.yaml", "*.yml"], (file, text, found) => RuleFile.Parse(file, text, found, experimentalPromQl), problems).SelectMany(g => g)],
            Runbooks = [.. Folder("runbooks", ["*.md"], (file, text, found) => RunbookFile.Parse(file, text, found)!, problems)],
            Services = One("services.yaml", (file, text, found) => CatalogFile.Parse(file, text, found), problems) ?? [],
            Notify = One(NotifyConfig.FileName, (file, text, found) => NotifyConfigFile.Parse(file, text, found), problems) ?? NotifyConfig.None,
            ProfileForAll = profileForAll,
        };
        CheckRunbooks(definitions, problems);
        return (definitions, problems);
    }

    private static void CheckRunbooks(ResponseDefinitions definitions, List<ConfigProblem> problems)
    {
        foreach (var slo in definitions.Slos)
        {
            if (slo.Runbook is not { } name || name.Contains("://", StringComparison.Ordinal) || definitions.Runbooks.Any(r => r.Name == name))
                continue;
            var guess = NearestName.Of(name, definitions.Runbooks.Select(r => r.Name));
            problems.Add(new ConfigProblem(slo.File, slo.Line, "runbook", $"there is no runbooks/{name}.md", guess is null ? "write it, or remove the line to get a draft" : $"did you mean {guess}?"));
        }
    }

    private List<T> Folder<T>(string folder, string[] patterns, Func<string, string, List<ConfigProblem>, T> parse, List<ConfigProblem> problems)
        where T : class
    {
        var path = Path.Combine(directory, folder);
        if (!Directory.Exists(path))
            return [];
        var files = patterns.SelectMany(p => Directory.EnumerateFiles(path, p)).Select(f => $"{folder}/{Path.GetFileName(f)}").Order(StringComparer.Ordinal);
        return [.. files.Select(file => One(file, parse, problems)).OfType<T>()];
    }

    private T? One<T>(string file, Func<string, string, List<ConfigProblem>, T> parse, List<ConfigProblem> problems)
        where T : class
    {
        var found = new List<ConfigProblem>();
        T? parsed = null;
        try
        {
            var path = Path.Combine(directory, file);
            if (!File.Exists(path))
                return null;
            if (new FileInfo(path).Length > YamlText.MaxBytes)
                found.Add(new ConfigProblem(file, 0, "", $"larger than {YamlText.MaxBytes} bytes", "split it into several files"));
            else
                parsed = parse(file, File.ReadAllText(path), found);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            found.Add(new ConfigProblem(file, 0, "", $"cannot be read: {unreadable.Message}", "check the file and its permissions"));
        }
        problems.AddRange(found);
        if (found.Count == 0 && parsed is not null)
            _lastGood[file] = parsed;
        return _lastGood.GetValueOrDefault(file) as T;
    }
}
