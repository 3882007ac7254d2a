using Bongsu.Response.Configuration;

namespace Bongsu.Server.Configuration;

/// <summary>One YAML file of the configuration folder.</summary>
internal static class ConfigurationFile
{
    /// <summary>Its root mapping; null when it is not there, or after reporting why it cannot be read.</summary>
    public static YamlMap? Open(string directory, string file, List<ConfigProblem> problems)
    {
        try
        {
            var path = Path.Combine(directory, file);
            if (!File.Exists(path))
                return null;
            if (new FileInfo(path).Length <= YamlText.MaxBytes)
                return YamlText.Read(file, File.ReadAllText(path), problems);
            problems.Add(new ConfigProblem(file, 0, "", $"larger than {YamlText.MaxBytes} bytes", "split it into several files"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            problems.Add(new ConfigProblem(file, 0, "", $"cannot be read: {e.Message}", "check the file and its permissions"));
        }
        return null;
    }
}
