using Bongsu.Response.Configuration;

namespace Bongsu.Server.Configuration;

/// <summary>One thing wrong with the configuration: where it stands (flag, environment variable, or file:line key), and what to do about it.</summary>
public sealed record ConfigurationProblem(string Place, string Message)
{
    /// <summary>A problem in a file of the configuration folder.</summary>
    public static ConfigurationProblem OfFile(ConfigProblem problem) => new(
        $"{problem.File}{(problem.Line > 0 ? $":{problem.Line}" : "")}{(problem.Key.Length > 0 ? $" {problem.Key}" : "")}",
        problem.Fix.Length > 0 ? $"{problem.Message}; {problem.Fix}" : problem.Message);

    public override string ToString() => $"{Place}: {Message}";
}

/// <summary>Everything wrong with the configuration at once; ends the process with <see cref="ExitCodes.Configuration"/>.</summary>
public sealed class ConfigurationException(IReadOnlyList<ConfigurationProblem> problems)
    : Exception(string.Join(Environment.NewLine, problems))
{
    public IReadOnlyList<ConfigurationProblem> Problems { get; } = problems;
}
