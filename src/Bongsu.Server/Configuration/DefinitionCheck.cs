using Bongsu.Ingest.Pipeline.Redaction;
using Bongsu.Response;
using Bongsu.Response.Configuration;

namespace Bongsu.Server.Configuration;

/// <summary>Reads the configuration folder before anything is opened, so that everything wrong with it is told at once.</summary>
internal static class DefinitionCheck
{
    private const string RedactionFile = "redaction.json";

    /// <exception cref="ConfigurationException">With all problems of all files.</exception>
    public static StartDefinitions Read(string directory, bool experimentalPromQl)
    {
        var found = ResponseRuntime.Check(directory, experimentalPromQl).ToList();
        ScrapeFile.Read(directory, found);
        var retention = RetentionFile.Read(directory, found);
        var sampling = SamplingFile.Read(directory, found);
        var budgets = BudgetFile.Read(directory, found);
        var problems = found.Select(ConfigurationProblem.OfFile).ToList();
        var rules = RedactionRules.Default;
        var file = Path.Combine(directory, RedactionFile);
        if (File.Exists(file) && RedactionRules.Load(file, out var wrong) is var loaded)
        {
            problems.AddRange(wrong.Select(w => new ConfigurationProblem(RedactionFile, w)));
            rules = loaded ?? rules;
        }
        return problems.Count == 0 ? new StartDefinitions(rules, retention, budgets, sampling) : throw new ConfigurationException(problems);
    }
}
