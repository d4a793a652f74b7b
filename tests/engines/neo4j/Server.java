import java.io.IOException;
import java.nio.file.Path;
import org.neo4j.configuration.GraphDatabaseSettings;
import org.neo4j.configuration.connectors.BoltConnector;
import org.neo4j.configuration.connectors.ConnectorPortRegister;
import org.neo4j.configuration.connectors.ConnectorType;
import org.neo4j.configuration.helpers.SocketAddress;
import org.neo4j.dbms.api.DatabaseManagementServiceBuilder;
import org.neo4j.kernel.internal.GraphDatabaseAPI;

/**
 * A Neo4j server in this process, with Bolt on a free port of the loopback interface and passwords asked for.
 *
 * <p>Arguments: the home folder, the configuration file. Prints {@code ready PORT}, and stops when its standard input
 * ends, so it never outlives who started it.
 */
public final class Server {
    private Server() {}

    public static void main(String[] arguments) throws IOException {
        var service =
                new DatabaseManagementServiceBuilder(Path.of(arguments[0]))
                        .loadPropertiesFromFile(Path.of(arguments[1]))
                        .setConfig(BoltConnector.enabled, true)
                        .setConfig(BoltConnector.listen_address, new SocketAddress("127.0.0.1", 0))
                        .setConfig(GraphDatabaseSettings.auth_enabled, true)
                        .build();
        try {
            var database = (GraphDatabaseAPI) service.database("neo4j");
            var ports = database.getDependencyResolver().resolveDependency(ConnectorPortRegister.class);
            System.out.println("ready " + ports.getLocalAddress(ConnectorType.BOLT).getPort());
            while (System.in.read() >= 0) {
                // What is written to it says nothing; only its end does.
            }
        } finally {
            service.shutdown();
        }
    }
}
