using Bongsu.Ingest.Pipeline.Redaction;
using Bongsu.Response;
using Bongsu.Response.Configuration;

namespace Bongsu.Server.Configuration;

/// <summary>Reads the configuration folder before anything is opened, so that everything wrong with it is told at once.</summary>
internal static class DefinitionCheck
{
    private const string RedactionFile = "redaction.json";

    /// <summary>The redaction rules: the file's, or the built-in ones where there is none.</summary>
    /// <exception cref="ConfigurationException">With all problems of all files.</exception>
    public static RedactionRules Read(string directory, bool experimentalPromQl)
    {
        var problems = ResponseRuntime.Check(directory, experimentalPromQl).Select(ConfigurationProblem.OfFile).ToList();
        var ofScraping = new List<ConfigProblem>();
        ScrapeFile.Read(directory, ofScraping);
        problems.AddRange(ofScraping.Select(ConfigurationProblem.OfFile));
        var rules = RedactionRules.Default;
        var file = Path.Combine(directory, RedactionFile);
        if (File.Exists(file) && RedactionRules.Load(file, out var wrong) is var loaded)
        {
            problems.AddRange(wrong.Select(w => new ConfigurationProblem(RedactionFile, w)));
            rules = loaded ?? rules;
        }
        return problems.Count == 0 ? rules : throw new ConfigurationException(problems);
    }
}
